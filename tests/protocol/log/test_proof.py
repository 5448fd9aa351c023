from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.ed25519 import SigningKey
from crypto.merkle import inclusion_proof
from protocol.errors import MalformedError
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.cosignature import cosign, verify_cosignature
from protocol.log.note import Note, Verifier
from protocol.log.proof import MAX_PROOF_BYTES, InclusionProof


class Tree(Protocol):
    entries: list[bytes]

    def read(self, level: int, index: int) -> bytes: ...

    def checkpoint(self, size: int) -> Checkpoint: ...


HASH = "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ="
NOTE = (
    "example.com/fancylog\n109482\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n"
    "— example.com/fancylog AAAAAAA=\n"
)
# c2sp.org/tlog-proof, the example of its introduction; its signatures are elided there.
FANCY = (
    "c2sp.org/tlog-proof@v1\n"
    "extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ\n"
    "index 73894\n"
    f"{HASH}\n"
    "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
    "EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\n"
    "RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=\n"
    "AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n\n" + NOTE
).encode()


def test_example_of_the_standard() -> None:
    proof = InclusionProof.parse(FANCY)
    assert proof.index == 73894
    assert len(proof.hashes) == 5
    assert proof.extra.startswith(b"age-v1.2.1-darwin-arm64.tar.gz")
    assert proof.note == NOTE.encode()
    assert proof.encode() == FANCY


@given(
    st.integers(0, 2**53 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=8).map(tuple),
    st.binary(max_size=40),
)
def test_proof_comes_back(index: int, hashes: tuple[bytes, ...], extra: bytes) -> None:
    proof = InclusionProof(index, hashes, NOTE.encode(), extra)
    assert InclusionProof.parse(proof.encode()) == proof


@given(st.sampled_from(range(len(FANCY) - len(NOTE.encode()))), st.integers(0, 255))
def test_parse_takes_only_what_encode_writes(position: int, byte: int) -> None:
    payload = FANCY[:position] + bytes([byte]) + FANCY[position + 1 :]
    try:
        proof = InclusionProof.parse(payload)
    except MalformedError:
        return
    assert proof.encode() == payload


@pytest.mark.parametrize(
    "head",
    [
        "",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v2\nindex 1",
        "c2sp.org/tlog-proof@v1\nindex 01",
        "c2sp.org/tlog-proof@v1\nindex -1",
        "c2sp.org/tlog-proof@v1\n1",
        "c2sp.org/tlog-proof@v1\nextra \nindex 1",
        "c2sp.org/tlog-proof@v1\nextra YQ\nindex 1",
        "c2sp.org/tlog-proof@v1\nextra YQ==",
        "c2sp.org/tlog-proof@v1\nindex 1\nextra YQ==",
        "c2sp.org/tlog-proof@v1\nextra YQ==\nextra YQ==\nindex 1",
        f"c2sp.org/tlog-proof@v1\nindex 1\n{HASH[4:]}",
        f"c2sp.org/tlog-proof@v1\nindex 1\n{HASH[:-1]}",
        "c2sp.org/tlog-proof@v1\nindex 1\nä",
        "c2sp.org/tlog-proof@v1\nindex 1" + f"\n{HASH}" * 64,
    ],
)
def test_what_is_no_proof_is_refused(head: str) -> None:
    with pytest.raises(MalformedError):
        InclusionProof.parse(f"{head}\n\n{NOTE}".encode())


@pytest.mark.parametrize("note", ["", "text\n", NOTE.removesuffix("\n"), NOTE + "\n"])
def test_proof_ends_in_a_note(note: str) -> None:
    with pytest.raises(MalformedError):
        InclusionProof.parse(f"c2sp.org/tlog-proof@v1\nindex 1\n\n{note}".encode())


def test_proof_without_a_note_is_refused() -> None:
    with pytest.raises(MalformedError):
        InclusionProof.parse(b"c2sp.org/tlog-proof@v1\nindex 1\n")


def test_oversized_proof_is_refused() -> None:
    with pytest.raises(MalformedError):
        InclusionProof.parse(FANCY + b"x" * MAX_PROOF_BYTES)


@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_every_entry_is_proven_offline(
    grow: Callable[[int], Tree], size: int, log: Verifier, log_key: SigningKey
) -> None:
    tree = grow(size)
    note = sign_checkpoint(tree.checkpoint(size), log_key).encode()
    for index, entry in enumerate(tree.entries):
        hashes = tuple(inclusion_proof(index, size, tree.read))
        text = InclusionProof(index, hashes, note).encode()
        assert InclusionProof.parse(text).verify(entry, log) == tree.checkpoint(size)


def test_proof_carries_its_witnesses(
    grow: Callable[[int], Tree], log_key: SigningKey, witness: Verifier, witness_key: SigningKey
) -> None:
    tree = grow(3)
    note = sign_checkpoint(tree.checkpoint(3), log_key)
    note = note.with_signature(cosign(note.text, witness.name, witness_key, now=1_800_000_000))
    hashes = tuple(inclusion_proof(1, 3, tree.read))
    proof = InclusionProof.parse(InclusionProof(1, hashes, note.encode()).encode())
    assert verify_cosignature(Note.parse(proof.note), witness) == 1_800_000_000


def test_proof_of_anything_else_is_refused(
    grow: Callable[[int], Tree], log: Verifier, log_key: SigningKey, witness_key: SigningKey
) -> None:
    tree = grow(5)
    note = sign_checkpoint(tree.checkpoint(5), log_key).encode()
    proof = InclusionProof(2, tuple(inclusion_proof(2, 5, tree.read)), note)
    entry = tree.entries[2]
    proof.verify(entry, log)
    forged = sign_checkpoint(tree.checkpoint(5), witness_key).encode()
    for wrong in (
        replace(proof, index=3),
        replace(proof, index=5),
        replace(proof, hashes=proof.hashes[1:]),
        replace(proof, hashes=(*proof.hashes, b"\0" * 32)),
        replace(proof, hashes=proof.hashes[::-1]),
        replace(proof, note=sign_checkpoint(tree.checkpoint(4), log_key).encode()),
        replace(proof, note=forged),
    ):
        with pytest.raises(MalformedError):
            wrong.verify(entry, log)
    with pytest.raises(MalformedError):
        proof.verify(tree.entries[3], log)
