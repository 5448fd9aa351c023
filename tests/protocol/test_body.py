from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical_json
from crypto.canonical_json import Json
from crypto.hashing import sha256
from protocol.body import MAX_BODY_BYTES, Opening
from protocol.errors import MalformedError, TooLargeError

EV: dict[str, Json] = {"kind": "undo"}
PR: dict[str, Json] = {"blocks": []}
parts = st.dictionaries(
    st.text("abcdef", max_size=4), st.one_of(st.integers(0, 9), st.text("あab", max_size=4))
)


def opening() -> Opening:
    return Opening.make(EV, PR)


def test_commitment_is_made_as_the_protocol_writes_it() -> None:
    one = opening()
    assert one.n_p is not None
    ev = sha256(b"\x00" + one.n_e + b'{"kind":"undo"}')
    pr = sha256(b"\x01" + one.n_p + b'{"blocks":[]}')
    assert one.commitment() == sha256(b"tasuki/1 body\n" + ev + pr)


@given(parts, parts)
def test_opening_comes_back_in_both_forms(ev: dict[str, Json], pr: dict[str, Json]) -> None:
    whole = Opening.make(ev, pr)
    c = whole.commitment().hex()
    for form in (whole, whole.erased()):
        back = Opening.from_json(canonical_json.loads(canonical_json.dumps(form.to_json())))
        assert back == form
        back.check(c)


def test_erased_opening_keeps_nothing_of_the_values() -> None:
    whole = Opening.make(EV, {"blocks": ["架空商事"]})
    erased = whole.erased()
    assert erased.is_erased
    assert not whole.is_erased
    assert set(erased.to_json()) == {"ev", "n_e", "pr_hash"}
    assert whole.n_p is not None
    assert whole.n_p.hex() not in str(erased.to_json())


def test_values_have_no_repr() -> None:
    assert "架空商事" not in repr(Opening.make(EV, {"blocks": ["架空商事"]}))


def test_same_parts_have_another_commitment_each_time() -> None:
    assert opening().commitment() != opening().commitment()


@pytest.mark.parametrize("part", ["ev", "n_e", "pr", "n_p"])
def test_opening_of_another_leaf_is_refused(part: str) -> None:
    one = opening()
    other = Opening.make({"kind": "accept"}, {"blocks": [1]})
    mixed = Opening.from_json({**one.to_json(), part: other.to_json()[part]})
    with pytest.raises(MalformedError, match="another leaf"):
        mixed.check(one.commitment().hex())


def test_body_may_fill_its_limit_and_not_pass_it() -> None:
    room = MAX_BODY_BYTES - len(b'{"kind":"undo"}{"t":""}')
    full = Opening.make(EV, {"t": "x" * room})
    assert full.size_bytes == MAX_BODY_BYTES
    full.check(full.commitment().hex())
    over = Opening.make(EV, {"t": "x" * (room + 1)})
    with pytest.raises(TooLargeError):
        over.check(over.commitment().hex())
    with pytest.raises(TooLargeError):
        full.check(full.commitment().hex(), limit_bytes=MAX_BODY_BYTES - 1)


WIRE: dict[str, Any] = {"ev": EV, "n_e": "ab" * 32, "pr": PR, "n_p": "cd" * 32}


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {**WIRE, "ev": None},
        {**WIRE, "ev": []},
        {**WIRE, "pr": None},
        {**WIRE, "n_e": None},
        {**WIRE, "n_e": "AB" * 32},
        {**WIRE, "n_e": "ab" * 31},
        {**WIRE, "n_p": 1},
        {**WIRE, "n_p": "cd" * 33},
        {**WIRE, "pr_hash": "ef" * 32},
        {"ev": EV, "n_e": "ab" * 32},
        {"ev": EV, "n_e": "ab" * 32, "pr": PR},
        {"ev": EV, "n_e": "ab" * 32, "pr_hash": "ef"},
        {"ev": EV, "n_e": "ab" * 32, "pr_hash": "ef" * 32, "more": 1},
    ],
    ids=str,
)
def test_another_form_is_no_opening(document: Json) -> None:
    with pytest.raises(MalformedError):
        Opening.from_json(document)


def test_opening_made_of_stored_parts_holds_together() -> None:
    one = opening()
    assert Opening(one.ev, one.n_e, one.pr, one.n_p, one.pr_hash) == one
    with pytest.raises(MalformedError, match="not the hash"):
        Opening(one.ev, one.n_e, one.pr, one.n_p, b"\x00" * 32)
    with pytest.raises(MalformedError, match="without their nonce"):
        Opening(one.ev, one.n_e, one.pr, None, one.pr_hash)
    with pytest.raises(MalformedError, match="nonce without values"):
        Opening(one.ev, one.n_e, None, one.n_p, one.pr_hash)
