import pytest
from sqlalchemy.exc import NoResultFound

from crypto import merkle
from node.storage import trees
from node.storage.database import Database, Tx
from protocol.identifiers import new_id
from protocol.log import leaf as leaves
from tests.node.storage.rows import BETA, DAY, GAMMA

ORIGIN = "beta.example.jp/tasuki/v1/log/0001"
NEXT = "beta.example.jp/tasuki/v1/log/0002"


def entries(count: int) -> list[bytes]:
    return [leaves.publish(new_id(), "0" * 64, DAY, 1).canonical() for _ in range(count)]


def root_of(payloads: list[bytes]) -> bytes:
    """Return the root as RFC 6962 section 2.1 defines it, by recursion over all entries."""
    if len(payloads) == 1:
        return merkle.leaf_hash(payloads[0])
    split = 1 << ((len(payloads) - 1).bit_length() - 1)
    return merkle.node_hash(root_of(payloads[:split]), root_of(payloads[split:]))


@pytest.mark.parametrize("steps", [(1,), (255, 1, 1), (300, 212, 3), (1, 2, 3, 250, 600)])
def test_roots_are_those_of_all_entries(database: Database, steps: tuple[int, ...]) -> None:
    payloads: list[bytes] = []
    with database.begin() as tx:
        trees.start(tx, ORIGIN, BETA)
        for step in steps:
            fresh = entries(step)
            assert trees.append(tx, ORIGIN, fresh) == len(payloads)
            payloads += fresh
            assert trees.root(tx, ORIGIN, len(payloads)) == root_of(payloads)
    with database.read() as tx:
        assert trees.size(tx, ORIGIN) == len(payloads)
        for size in {1, len(payloads) // 2 + 1, len(payloads)}:
            assert trees.root(tx, ORIGIN, size) == root_of(payloads[:size])
        assert trees.entries(tx, ORIGIN, 0, len(payloads) + 5) == payloads


def test_proofs_from_the_tiles_hold(database: Database) -> None:
    payloads = entries(600)
    with database.begin() as tx:
        trees.start(tx, ORIGIN, BETA)
        trees.append(tx, ORIGIN, payloads)
    with database.read() as tx:
        read = trees.reader(tx, ORIGIN)
        root = trees.root(tx, ORIGIN, 600)
        proof = merkle.inclusion_proof(299, 600, read)
        merkle.verify_inclusion(merkle.leaf_hash(payloads[299]), 299, 600, proof, root)
        consistent = merkle.consistency_proof(257, 600, read)
        merkle.verify_consistency(257, 600, consistent, trees.root(tx, ORIGIN, 257), root)


def test_tiles_are_served_as_far_as_they_are_there(database: Database) -> None:
    payloads = entries(300)
    with database.begin() as tx:
        trees.start(tx, ORIGIN, BETA)
        trees.append(tx, ORIGIN, payloads)
        hashes = [merkle.leaf_hash(payload) for payload in payloads]
        assert trees.tile(tx, ORIGIN, 0, 0, 256) == b"".join(hashes[:256])
        assert trees.tile(tx, ORIGIN, 0, 1, 44) == b"".join(hashes[256:])
        assert trees.tile(tx, ORIGIN, 0, 1, 7) == b"".join(hashes[256:263])
        assert trees.tile(tx, ORIGIN, 0, 1, 45) is None
        assert trees.tile(tx, ORIGIN, 1, 0, 1) == root_of(payloads[:256])
        assert trees.tile(tx, ORIGIN, 2, 0, 1) is None


def test_logs_are_kept_apart(database: Database) -> None:
    with database.begin() as tx:
        for origin, member in ((NEXT, BETA), (ORIGIN, BETA), ("gamma", GAMMA)):
            trees.start(tx, origin, member)
            trees.start(tx, origin, member)
        trees.append(tx, ORIGIN, entries(2))
        assert (trees.size(tx, ORIGIN), trees.size(tx, NEXT), trees.size(tx, "none")) == (2, 0, 0)


def test_a_log_that_is_not_kept_takes_nothing(database: Database) -> None:
    with database.begin() as tx, pytest.raises(NoResultFound):
        trees.append(tx, ORIGIN, entries(1))


def test_the_first_of_two_entries_with_one_id_counts(database: Database) -> None:
    one = new_id()
    first, again = (leaves.publish(one, c * 64, DAY, 1).canonical() for c in "01")
    with database.begin() as tx:
        trees.start(tx, ORIGIN, BETA)
        trees.append(tx, ORIGIN, [*entries(1), first, again])
        found = trees.entry_of(tx, ORIGIN, one)
        assert found is not None
        assert (found.idx, found.payload) == (1, first)
        assert trees.entry_of(tx, ORIGIN, new_id()) is None
        last = trees.entry_at(tx, ORIGIN, 2)
        assert last is not None
        assert last.payload == again
        assert trees.entry_at(tx, ORIGIN, 3) is None


def test_entries_are_found_by_kind(database: Database) -> None:
    ledger = leaves.ledger(new_id(), "0" * 64, DAY, 1).canonical()
    with database.begin() as tx:
        trees.start(tx, ORIGIN, BETA)
        trees.append(tx, ORIGIN, [ledger, *entries(2), ledger])
        assert indexes(tx, ["ledger"], 0) == [0, 3]
        assert indexes(tx, ["ledger"], 1) == [3]
        assert indexes(tx, ["ledger", "token.publish"], 1) == [1, 2, 3]


def indexes(tx: Tx, kinds: list[str], first: int) -> list[int]:
    return [entry.idx for entry in trees.of_kinds(tx, ORIGIN, kinds, first)]


def test_heads_of_two_kinds_move_apart(database: Database) -> None:
    with database.begin() as tx:
        assert trees.head(tx, ORIGIN) is None
        trees.set_head(tx, ORIGIN, "signed", at=3, root_hash=b"r3", note=b"n3")
        trees.set_head(tx, ORIGIN, "witnessed", at=3, root_hash=b"r3", note=b"n3w")
        trees.set_head(tx, ORIGIN, "signed", at=5, root_hash=b"r5", note=b"n5")
    with database.read() as tx:
        signed, witnessed = trees.head(tx, ORIGIN), trees.head(tx, ORIGIN, "witnessed")
        assert signed is not None
        assert witnessed is not None
        assert (signed.size, signed.root, signed.note) == (5, b"r5", b"n5")
        assert (witnessed.size, witnessed.note) == (3, b"n3w")
