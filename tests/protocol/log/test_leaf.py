from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crypto import canonical_json
from crypto.canonical_json import Json
from crypto.ed25519 import SigningKey
from protocol.errors import MalformedError
from protocol.log import leaf as leaves
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.leaf import MAX_LEAF_BYTES, MAX_WITHDRAWN, EvidenceFork, Leaf, LeafKind
from protocol.log.tiles import encode_bundle

DAY = "2026-04-01"
ID = "0123456789abcdef0123456789abcdef"
HASH = "ab" * 32
ORIGIN = "alpha.example.jp/tasuki/v1/log/0001"
KEY = SigningKey(b"\x01" * 32)


def head(root: bytes, origin: str = ORIGIN, size: int = 1) -> str:
    return sign_checkpoint(Checkpoint(origin, size, root * 32), KEY).encode().decode()


NOTES = (head(b"a"), head(b"b"))
EVERY_KIND = [
    leaves.publish(ID, HASH, DAY, 1),
    leaves.withdraw(ID, ["f" * 32, "0" * 32], DAY, 1),
    leaves.ledger(ID, HASH, DAY, 1),
    leaves.entry(ID, HASH, DAY, 1),
    leaves.log_open(ID, ORIGIN, HASH, DAY, 1),
    leaves.member_accept(ID, 1, HASH, DAY, 1),
    leaves.evidence_fork(ID, ORIGIN, NOTES, DAY, 1),
]
hex_digits = st.text("0123456789abcdef", min_size=32, max_size=32)


@pytest.mark.parametrize("leaf", EVERY_KIND, ids=lambda leaf: leaf.kind)
def test_leaf_of_every_kind_comes_back(leaf: Leaf) -> None:
    assert Leaf.parse(leaf.canonical()) == leaf
    assert len(leaf.canonical()) <= MAX_LEAF_BYTES


def test_every_kind_has_a_way_to_be_made() -> None:
    assert {leaf.kind for leaf in EVERY_KIND} == set(LeafKind)


def test_leaf_of_a_token_has_these_bytes() -> None:
    assert leaves.publish(ID, HASH, DAY, 3).canonical() == (
        b'{"c":"' + HASH.encode() + b'","day":"2026-04-01","id":"' + ID.encode() + b'",'
        b'"kind":"token.publish","mv":3,"v":1}'
    )


@given(hex_digits, hex_digits, st.dates(), st.integers(0, 2**53 - 1))
def test_leaf_comes_back(identifier: str, half: str, day: object, mv: int) -> None:
    leaf = leaves.entry(identifier, half * 2, str(day), mv)
    assert Leaf.parse(leaf.canonical()) == leaf


@given(st.binary(max_size=40) | st.sampled_from(range(120)).map(lambda i: b"%d" % i))
def test_other_bytes_are_refused(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        Leaf.parse(payload)


@given(st.data())
def test_parse_takes_only_what_canonical_writes(data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(EVERY_KIND)).canonical()
    position = data.draw(st.sampled_from(range(len(original))))
    payload = original[:position] + data.draw(st.binary(max_size=2)) + original[position + 1 :]
    try:
        leaf = Leaf.parse(payload)
    except MalformedError:
        return
    assert leaf.canonical() == payload


def test_withdrawal_of_two_hundred_tokens_fits() -> None:
    leaf = leaves.withdraw(ID, [f"{number:032x}" for number in range(MAX_WITHDRAWN)], DAY, 1)
    assert len(leaf.canonical()) <= MAX_LEAF_BYTES
    assert Leaf.parse(leaf.canonical()) == leaf
    assert encode_bundle([leaf.canonical()])
    with pytest.raises(ValidationError):
        leaves.withdraw(ID, [f"{number:032x}" for number in range(MAX_WITHDRAWN + 1)], DAY, 1)


def test_order_of_a_withdrawal_does_not_tell_whose_token_is_which() -> None:
    assert leaves.withdraw(ID, ["f" * 32, "0" * 32], DAY, 1).ref == ("0" * 32, "f" * 32)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": None},
        {"kind": "recovery"},
        {"kind": "log.open"},
        {"kind": "token.withdraw"},
        {"id": ID.upper()},
        {"id": ID[:-1]},
        {"day": "2026-02-30"},
        {"day": "2026-4-1"},
        {"day": "20260401"},
        {"mv": -1},
        {"mv": "1"},
        {"mv": True},
        {"mv": 2**53},
        {"c": None},
        {"c": HASH[:-2]},
        {"c": HASH.upper()},
        {"ref": [ID]},
        {"body": {"origin": ORIGIN, "cs": HASH}},
        {"note": "x"},
    ],
    ids=str,
)
def test_leaf_with_another_shape_is_refused(change: dict[str, Json]) -> None:
    shape = leaves.publish(ID, HASH, DAY, 1).to_json() | change
    shape = {name: value for name, value in shape.items() if value is not None}
    with pytest.raises(MalformedError):
        Leaf.parse(canonical_json.dumps(shape) if "mv" not in change else _plain(shape))


def _plain(shape: dict[str, Json]) -> bytes:
    """The same text, also where the canonical writer would not write it."""
    mv = str(shape["mv"]).lower() if not isinstance(shape["mv"], str) else f'"{shape["mv"]}"'
    text = canonical_json.dumps(shape | {"mv": 424242}).decode()
    return text.replace("424242", mv).encode()


@pytest.mark.parametrize(
    "change",
    [
        {"ref": []},
        {"ref": [ID, ID]},
        {"ref": ["x"]},
        {"ref": ID},
        {"c": HASH},
        {"body": {"version": 1, "sha256": HASH}},
    ],
    ids=str,
)
def test_withdrawal_with_another_shape_is_refused(change: dict[str, Json]) -> None:
    shape = leaves.withdraw(ID, [ID], DAY, 1).to_json() | change
    with pytest.raises(MalformedError):
        Leaf.parse(canonical_json.dumps(shape))


@pytest.mark.parametrize(
    "change",
    [
        {"body": {"version": 1, "sha256": HASH}},
        {"body": {"origin": ORIGIN}},
        {"body": {"origin": "alpha.example.jp/log", "cs": HASH}},
        {"body": {"origin": ORIGIN, "cs": HASH, "more": 1}},
        {"body": HASH},
        {"c": HASH},
        {"ref": [ID]},
    ],
    ids=str,
)
def test_public_leaf_with_another_body_is_refused(change: dict[str, Json]) -> None:
    shape = leaves.log_open(ID, ORIGIN, HASH, DAY, 1).to_json() | change
    with pytest.raises(MalformedError):
        Leaf.parse(canonical_json.dumps(shape))


@pytest.mark.parametrize(
    "notes",
    [
        (NOTES[0], NOTES[0]),
        (NOTES[0], "not a note"),
        (NOTES[0], head(b"b", "beta.example.jp/tasuki/v1/log/0001")),
    ],
)
def test_evidence_that_shows_no_two_heads_of_the_log_is_refused(notes: tuple[str, str]) -> None:
    with pytest.raises(ValidationError):
        EvidenceFork(origin=ORIGIN, notes=notes)


def test_evidence_may_show_heads_of_two_sizes() -> None:
    leaf = leaves.evidence_fork(ID, ORIGIN, (NOTES[0], head(b"b", size=2)), DAY, 1)
    assert Leaf.parse(leaf.canonical()) == leaf


def test_leaf_over_eight_kibibytes_is_refused() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 1, b"c" * 32), KEY)
    for number in range(90):
        line = replace(note.signatures[0], name=f"{number}.example.jp")
        note = note.with_signature(line)
    leaf = leaves.evidence_fork(ID, ORIGIN, (NOTES[0], note.encode().decode()), DAY, 1)
    with pytest.raises(MalformedError, match="large"):
        Leaf.parse(leaf.canonical())
