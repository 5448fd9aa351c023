from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.ed25519 import SigningKey
from crypto.merkle import EMPTY_ROOT, consistency_proof
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.note import ED25519, Note, NoteSignature, Verifier
from protocol.log.witness import (
    MAX_REQUEST_BYTES,
    AddCheckpoint,
    BadRequestError,
    Head,
    InconsistentError,
    SplitViewError,
    StaleRequestError,
    UnknownLogError,
    UnsignedError,
    WitnessError,
    next_head,
    origin_digest,
)

# c2sp.org/tlog-witness, the example of a request.
SOFA = (
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5"
    "/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks"
    "+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n"
).encode()
HASH = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw="
NOTE = "o\n1\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\n— o AAAAAAA=\n"

# The log of the test suite of torchwood's witness (its seed b4e385f4…): sizes 1, 3 and 5.
SIGSUM = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
SIGSUM_KEY = bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f")
FIRST = (
    f"old 0\n\n{SIGSUM}\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"
    f"— {SIGSUM} UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNu"
    "WRTYrajXpNUbIQY=\n"
).encode()
TO_THREE = (
    "old 1\n"
    "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    f"\n{SIGSUM}\n3\nRcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=\n\n"
    f"— {SIGSUM} UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUd"
    "rcawfAB8WVrx6go=\n"
).encode()
TO_FIVE = (
    "old 1\n"
    "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=\n"
    "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    f"\n{SIGSUM}\n5\nQrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=\n\n"
    f"— {SIGSUM} UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW"
    "90dJWAShei7sDww=\n"
).encode()


class Tree(Protocol):
    origin: str

    def append(self, entry: bytes) -> None: ...

    def read(self, level: int, index: int) -> bytes: ...

    def checkpoint(self, size: int) -> Checkpoint: ...


@pytest.fixture
def ask(grow: Callable[[int], Tree], log_key: SigningKey) -> Callable[[int, int], AddCheckpoint]:
    tree = grow(20)

    def request(old: int, new: int) -> AddCheckpoint:
        proof = consistency_proof(old, new, tree.read) if 0 < old < new else []
        note = sign_checkpoint(tree.checkpoint(new), log_key)
        return AddCheckpoint(old, tuple(proof), note)

    return request


def head_of(request: AddCheckpoint) -> Head:
    checkpoint = Checkpoint.parse(request.note.text)
    return Head(checkpoint.size, checkpoint.root)


def test_example_of_the_standard() -> None:
    request = AddCheckpoint.parse(SOFA)
    assert request.old_size == 20852014
    assert len(request.proof) == 4
    assert request.origin == "example.com/behind-the-sofa"
    assert len(request.note.signatures) == 2
    assert request.encode() == SOFA


def test_requests_of_another_implementation_are_followed() -> None:
    log = Verifier(SIGSUM, ED25519, SIGSUM_KEY)
    one = next_head(None, AddCheckpoint.parse(FIRST), log)
    assert one == Head(1, b"\x2a" + b"\0" * 31)
    five = next_head(one, AddCheckpoint.parse(TO_FIVE), log)
    assert five.root.hex().startswith("42bb57ad06420afa")
    # The race of the standard: the request checked against the old head comes too late.
    assert next_head(one, AddCheckpoint.parse(TO_THREE), log).size == 3
    with pytest.raises(StaleRequestError) as stale:
        next_head(five, AddCheckpoint.parse(TO_THREE), log)
    assert stale.value.size == 5


@given(
    st.integers(0, 2**53 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple)
)
def test_request_comes_back(old: int, proof: tuple[bytes, ...]) -> None:
    request = AddCheckpoint(old, proof, Note.parse(NOTE.encode()))
    assert AddCheckpoint.parse(request.encode()) == request


@given(st.sampled_from(range(len(SOFA))), st.integers(0, 255))
def test_parse_takes_only_what_encode_writes(position: int, byte: int) -> None:
    payload = SOFA[:position] + bytes([byte]) + SOFA[position + 1 :]
    try:
        request = AddCheckpoint.parse(payload)
    except BadRequestError:
        return
    assert request.encode() == payload


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "old 0\n",
        f"old 0\n{NOTE}",
        f"\n\n{NOTE}",
        f"0\n\n{NOTE}",
        f"old\n\n{NOTE}",
        f"old 00\n\n{NOTE}",
        f"old  0\n\n{NOTE}",
        f"old -1\n\n{NOTE}",
        f"old 1\n{HASH[4:]}\n\n{NOTE}",
        f"old 1\n{HASH[:-1]}\n\n{NOTE}",
        f"old 1\nä\n\n{NOTE}",
        f"old 1\n\n{HASH}\n\n{NOTE[:-1]}",
        "old 0\n\no\n",
        "old 0" + f"\n{HASH}" * 64 + f"\n\n{NOTE}",
        f"old 0\n\n{NOTE}" + "x" * MAX_REQUEST_BYTES,
    ],
)
def test_what_is_no_request_is_refused(payload: str) -> None:
    with pytest.raises(BadRequestError) as refusal:
        AddCheckpoint.parse(payload.encode())
    assert refusal.value.status == 400


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 4), (4, 7), (8, 20), (19, 20)])
def test_consistent_growth_is_followed(
    ask: Callable[[int, int], AddCheckpoint], log: Verifier, old: int, new: int
) -> None:
    first = next_head(None, ask(0, old), log)
    request = AddCheckpoint.parse(ask(old, new).encode())
    assert next_head(first, request, log) == head_of(request)


def test_same_head_may_be_cosigned_again(
    ask: Callable[[int, int], AddCheckpoint], log: Verifier
) -> None:
    head = next_head(None, ask(0, 5), log)
    assert next_head(head, ask(5, 5), log) == head


def test_empty_log_may_be_cosigned(ask: Callable[[int, int], AddCheckpoint], log: Verifier) -> None:
    assert next_head(None, ask(0, 0), log) == Head(0, EMPTY_ROOT)


def test_unknown_log_is_not_found(ask: Callable[[int, int], AddCheckpoint], log: Verifier) -> None:
    other = replace(log, name="gamma.example.jp/tasuki/v1/log/0001")
    with pytest.raises(UnknownLogError) as refusal:
        next_head(None, ask(0, 1), other)
    assert refusal.value.status == 404


def test_head_without_the_key_of_its_log_is_forbidden(
    ask: Callable[[int, int], AddCheckpoint], log: Verifier, witness_key: SigningKey
) -> None:
    request = ask(0, 1)
    checkpoint = Checkpoint.parse(request.note.text)
    forged = NoteSignature(log.name, log.key_id, b"\0" * 64)
    for note in (
        sign_checkpoint(checkpoint, witness_key),
        Note(request.note.text, (forged,)),
        Note(request.note.text, (*request.note.signatures, forged)),
    ):
        with pytest.raises(UnsignedError) as refusal:
            next_head(None, replace(request, note=note), log)
        assert refusal.value.status == 403


def test_signed_text_that_is_no_checkpoint_is_refused(log: Verifier, log_key: SigningKey) -> None:
    text = f"{log.name}\nno size\n"
    line = NoteSignature(log.name, log.key_id, log_key.sign(text.encode()))
    with pytest.raises(BadRequestError):
        next_head(None, AddCheckpoint(0, (), Note(text, (line,))), log)


def test_old_size_above_the_new_is_refused(
    ask: Callable[[int, int], AddCheckpoint], log: Verifier
) -> None:
    with pytest.raises(BadRequestError) as refusal:
        next_head(head_of(ask(0, 7)), ask(7, 5), log)
    assert refusal.value.status == 400


@pytest.mark.parametrize("last", [None, 4, 6])
def test_other_old_size_is_a_conflict_that_tells_the_size(
    ask: Callable[[int, int], AddCheckpoint], log: Verifier, last: int | None
) -> None:
    head = None if last is None else head_of(ask(0, last))
    with pytest.raises(StaleRequestError) as refusal:
        next_head(head, ask(5, 9), log)
    assert (refusal.value.status, refusal.value.size) == (409, last or 0)


def test_second_root_at_one_size_is_a_fork(
    ask: Callable[[int, int], AddCheckpoint], log: Verifier
) -> None:
    with pytest.raises(SplitViewError) as refusal:
        next_head(Head(5, b"\0" * 32), ask(5, 5), log)
    assert (refusal.value.status, refusal.value.size) == (409, 5)
    assert refusal.value.problem == "fork"


def test_rewritten_history_is_refused(
    grow: Callable[[int], Tree], ask: Callable[[int, int], AddCheckpoint], log: Verifier
) -> None:
    other = grow(3)
    for number in range(2):
        other.append(b"another %d" % number)
    checkpoint = other.checkpoint(5)
    with pytest.raises(InconsistentError) as refusal:
        next_head(Head(5, checkpoint.root), ask(5, 9), log)
    assert refusal.value.status == 422


@pytest.mark.parametrize(("old", "new"), [(0, 5), (5, 5), (0, 0)])
def test_proof_where_there_is_nothing_to_prove_is_refused(
    ask: Callable[[int, int], AddCheckpoint], log: Verifier, old: int, new: int
) -> None:
    head = head_of(ask(0, old)) if old else None
    with pytest.raises(InconsistentError):
        next_head(head, replace(ask(old, new), proof=(b"\0" * 32,)), log)


def test_missing_proof_is_refused(ask: Callable[[int, int], AddCheckpoint], log: Verifier) -> None:
    with pytest.raises(InconsistentError):
        next_head(head_of(ask(0, 5)), replace(ask(5, 9), proof=()), log)


def test_every_refusal_has_its_status() -> None:
    statuses = {kind.__name__: kind.status for kind in WitnessError.__subclasses__()}
    assert statuses == {
        "BadRequestError": 400,
        "UnsignedError": 403,
        "UnknownLogError": 404,
        "StaleRequestError": 409,
        "SplitViewError": 409,
        "InconsistentError": 422,
    }


def test_head_is_served_under_the_hash_of_its_origin() -> None:
    assert origin_digest("") == EMPTY_ROOT.hex()
