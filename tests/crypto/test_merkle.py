from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import merkle
from crypto.errors import BadProofError

# The entries, roots and proofs that the Certificate Transparency implementations share.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
PAIR_1 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
QUAD_1 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
PAIR_2 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
PAIR_3 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"

INCLUSION = {
    (0, 1): [],
    (0, 8): [LEAF_1, PAIR_1, QUAD_1],
    (5, 8): [LEAF_4, PAIR_3, ROOTS[4]],
    (2, 3): [ROOTS[2]],
    (1, 5): [ROOTS[1], PAIR_1, LEAF_4],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [LEAF_1, PAIR_1, QUAD_1],
    (6, 8): [PAIR_2, PAIR_3, ROOTS[4]],
    (2, 5): [PAIR_1, LEAF_4],
}


class Tree:
    """A log in memory that stores what :func:`merkle.completed` says."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.entries = entries
        self.hashes: dict[tuple[int, int], bytes] = {}
        for index, entry in enumerate(entries):
            for level, place, made in merkle.completed(index, merkle.leaf_hash(entry), self.read):
                assert (level, place) not in self.hashes
                self.hashes[level, place] = made

    def read(self, level: int, index: int) -> bytes:
        return self.hashes[level, index]

    def root(self, size: int) -> bytes:
        return merkle.root(size, self.read)


def mth(entries: Sequence[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1, word for word."""
    if not entries:
        return merkle.EMPTY_ROOT
    if len(entries) == 1:
        return merkle.leaf_hash(entries[0])
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return merkle.node_hash(mth(entries[:k]), mth(entries[k:]))


SMALL = Tree(ENTRIES)
SIZE = 70
TREE = Tree([b"%d" % number for number in range(SIZE)])
SIZES = st.integers(1, SIZE)


@pytest.mark.parametrize("size", range(9))
def test_certificate_transparency_roots(size: int) -> None:
    assert SMALL.root(size).hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "path"), INCLUSION.items())
def test_certificate_transparency_audit_paths(place: tuple[int, int], path: list[str]) -> None:
    index, size = place
    proof = merkle.inclusion_proof(index, size, SMALL.read)
    assert [each.hex() for each in proof] == path
    merkle.verify_inclusion(
        merkle.leaf_hash(ENTRIES[index]), index, size, proof, bytes.fromhex(ROOTS[size])
    )


@pytest.mark.parametrize(("sizes", "path"), CONSISTENCY.items())
def test_certificate_transparency_consistency(sizes: tuple[int, int], path: list[str]) -> None:
    old, new = sizes
    proof = merkle.consistency_proof(old, new, SMALL.read)
    assert [each.hex() for each in proof] == path
    merkle.verify_consistency(old, new, proof, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]))


def test_completed_lists_the_subtrees_that_end_with_the_leaf() -> None:
    made = merkle.completed(7, merkle.leaf_hash(ENTRIES[7]), SMALL.read)
    assert [(level, index) for level, index, _ in made] == [(0, 7), (1, 3), (2, 1), (3, 0)]
    assert made[-1][2].hex() == ROOTS[8]
    assert len(merkle.completed(8, bytes(32), SMALL.read)) == 1


@pytest.mark.parametrize("size", range(SIZE + 1))
def test_root_equals_the_definition(size: int) -> None:
    assert TREE.root(size) == mth(TREE.entries[:size])


def test_every_inclusion_proof_holds() -> None:
    for size in range(1, SIZE + 1):
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, TREE.read)
            leaf = merkle.leaf_hash(TREE.entries[index])
            merkle.verify_inclusion(leaf, index, size, proof, TREE.root(size))


def test_every_consistency_proof_holds() -> None:
    for new in range(SIZE + 1):
        for old in range(new + 1):
            proof = merkle.consistency_proof(old, new, TREE.read)
            merkle.verify_consistency(old, new, proof, TREE.root(old), TREE.root(new))


@given(SIZES, st.data())
def test_an_inclusion_proof_shows_no_other_leaf_place_or_root(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, TREE.read)
    leaf, root = merkle.leaf_hash(TREE.entries[index]), TREE.root(size)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index) | st.just(-1))
    forged = [
        (merkle.leaf_hash(b"forged"), index, proof, root),
        (leaf, other, proof, root),
        (leaf, index, proof, merkle.leaf_hash(b"forged")),
        (leaf, index, [*proof, root], root),
        *((leaf, index, altered, root) for altered in alterations(proof, data)),
    ]
    for a_leaf, an_index, a_proof, a_root in forged:
        with pytest.raises(BadProofError):
            merkle.verify_inclusion(a_leaf, an_index, size, a_proof, a_root)


@given(SIZES, st.data())
def test_a_consistency_proof_shows_no_other_tree(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    proof = merkle.consistency_proof(old, new, TREE.read)
    old_root, new_root, forged = TREE.root(old), TREE.root(new), merkle.leaf_hash(b"forged")
    cases = [
        (proof, forged, new_root),
        (proof, old_root, forged),
        ([*proof, new_root], old_root, new_root),
        *((altered, old_root, new_root) for altered in alterations(proof, data)),
    ]
    for a_proof, an_old_root, a_new_root in cases:
        with pytest.raises(BadProofError):
            merkle.verify_consistency(old, new, a_proof, an_old_root, a_new_root)


def alterations(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    if not proof:
        return []
    place = data.draw(st.integers(0, len(proof) - 1))
    return [
        proof[:-1],
        proof[1:],
        [*proof[:place], bytes(32), *proof[place + 1 :]],
        [*proof[:place], proof[place][:-1], *proof[place + 1 :]],
        [*proof[:place], proof[place] + b"\x00", *proof[place + 1 :]],
    ]


def test_hashes_of_another_length_are_refused() -> None:
    """The border between the halves of a node must not move."""
    left, right = merkle.leaf_hash(b"0"), merkle.leaf_hash(b"1")
    top = merkle.node_hash(left, right)
    merkle.verify_inclusion(left, 0, 2, [right], top)
    with pytest.raises(BadProofError):
        merkle.verify_inclusion(left + right[:1], 0, 2, [right[1:]], top)
    with pytest.raises(BadProofError):
        merkle.verify_consistency(1, 2, [right[1:]], left + right[:1], top)


def test_an_inner_node_is_not_a_leaf() -> None:
    """The second preimage that the prefixes 0x00 and 0x01 are there for."""
    inner = merkle.leaf_hash(b"0") + merkle.leaf_hash(b"1")
    assert merkle.leaf_hash(inner) != merkle.node_hash(inner[:32], inner[32:])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 1), (5, 3)])
def test_leaves_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(BadProofError):
        merkle.inclusion_proof(index, size, TREE.read)
    with pytest.raises(BadProofError):
        merkle.verify_inclusion(bytes(32), index, size, [], bytes(32))


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 1), (1, 0)])
def test_trees_that_cannot_follow(old: int, new: int) -> None:
    with pytest.raises(BadProofError):
        merkle.consistency_proof(old, new, TREE.read)
    with pytest.raises(BadProofError):
        merkle.verify_consistency(old, new, [], bytes(32), bytes(32))


def test_every_tree_begins_with_the_empty_one() -> None:
    merkle.verify_consistency(0, 5, [], merkle.EMPTY_ROOT, TREE.root(5))
    merkle.verify_consistency(0, 0, [], merkle.EMPTY_ROOT, merkle.EMPTY_ROOT)
    with pytest.raises(BadProofError, match="empty tree"):
        merkle.verify_consistency(0, 5, [], bytes(32), TREE.root(5))
    with pytest.raises(BadProofError, match="one size"):
        merkle.verify_consistency(0, 0, [], merkle.EMPTY_ROOT, bytes(32))
    with pytest.raises(BadProofError, match="too long"):
        merkle.verify_consistency(0, 5, [bytes(32)], merkle.EMPTY_ROOT, TREE.root(5))


def test_two_roots_of_one_size_are_a_contradiction() -> None:
    with pytest.raises(BadProofError, match="one size"):
        merkle.verify_consistency(5, 5, [], TREE.root(5), TREE.root(6))


def test_a_proof_between_two_sizes_is_never_empty() -> None:
    with pytest.raises(BadProofError, match="too short"):
        merkle.verify_consistency(3, 5, [], TREE.root(3), TREE.root(5))
