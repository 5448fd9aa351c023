"""A log with its key, its witness and a tree that grows in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from crypto.ed25519 import SigningKey
from crypto.merkle import completed, leaf_hash, root
from protocol.log.checkpoint import Checkpoint
from protocol.log.note import COSIGNATURE_V1, ED25519, Verifier


@dataclass
class Tree:
    origin: str
    entries: list[bytes] = field(default_factory=list)
    hashes: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def append(self, entry: bytes) -> None:
        index = len(self.entries)
        self.entries.append(entry)
        for level, number, value in completed(index, leaf_hash(entry), self.read):
            self.hashes[level, number] = value

    def read(self, level: int, index: int) -> bytes:
        return self.hashes[level, index]

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(self.origin, size, root(size, self.read))


@pytest.fixture
def origin() -> str:
    return "alpha.example.jp/tasuki/v1/log/0001"


@pytest.fixture
def log_key() -> SigningKey:
    return SigningKey(b"\x01" * 32)


@pytest.fixture
def log(origin: str, log_key: SigningKey) -> Verifier:
    return Verifier(origin, ED25519, log_key.public.raw)


@pytest.fixture
def witness_key() -> SigningKey:
    return SigningKey(b"\x02" * 32)


@pytest.fixture
def witness(witness_key: SigningKey) -> Verifier:
    return Verifier("beta.example.jp/tasuki/v1/witness", COSIGNATURE_V1, witness_key.public.raw)


@pytest.fixture
def grow(origin: str) -> Callable[[int], Tree]:
    def tree_of(size: int) -> Tree:
        tree = Tree(origin)
        for number in range(size):
            tree.append(b"entry %d" % number)
        return tree

    return tree_of
