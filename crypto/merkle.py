"""The Merkle hash tree of RFC 6962 section 2.1: roots, and proofs that need no tree.

Leaves count from 0. A subtree is *complete* when it has 2^level leaves and starts
at a multiple of that; only complete subtrees are stored, everything else follows
from them by way of a :data:`ReadHash`. Proofs are checked as in RFC 9162 sections
2.1.3.2 and 2.1.4.2, whose trees are the same.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from crypto.errors import BadProofError
from crypto.hashing import equal, sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"")

ReadHash: TypeAlias = Callable[[int, int], bytes]
"""(level, index) to the hash over the leaves index * 2^level to (index + 1) * 2^level - 1."""


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 || *entry*)."""
    return sha256(b"\x00" + entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || *left* || *right*)."""
    return sha256(b"\x01" + left + right)


def completed(index: int, leaf: bytes, read: ReadHash) -> list[tuple[int, int, bytes]]:
    """Return (level, index, hash) of all subtrees that leaf number *index* completes.

    *leaf* is its leaf hash; the list begins with it, at level 0.
    """
    made = [(0, index, leaf)]
    level, position, current = 0, index, leaf
    while position & 1:
        current = node_hash(read(level, position - 1), current)
        level, position = level + 1, position >> 1
        made.append((level, position, current))
    return made


def root(size: int, read: ReadHash) -> bytes:
    """Return the root over the first *size* leaves."""
    return _range_hash(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: ReadHash) -> list[bytes]:
    """Return the audit path of leaf number *index* in the tree of *size* leaves.

    Raises:
        BadProofError: that tree has no such leaf.
    """
    if not 0 <= index < size:
        raise BadProofError("no such leaf")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_hash(middle, end, read))
            end = middle
        else:
            path.append(_range_hash(start, middle, read))
            start = middle
    path.reverse()
    return path


def consistency_proof(old: int, new: int, read: ReadHash) -> list[bytes]:
    """Return the proof that the tree of *new* leaves begins with the one of *old*.

    Raises:
        BadProofError: *old* is not between 0 and *new*.
    """
    if not 0 <= old <= new:
        raise BadProofError("no such tree")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range_hash(middle, end, read))
            end = middle
        else:
            proof.append(_range_hash(start, middle, read))
            start = middle
    # From 0 on it is the old root itself, which the verifier has.
    if start:
        proof.append(_range_hash(start, end, read))
    proof.reverse()
    return proof


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Return if *leaf* (its leaf hash) is number *index* under *root* of *size* leaves.

    Raises:
        BadProofError: *proof* does not show that.
    """
    if not 0 <= index < size:
        raise BadProofError("no such leaf")
    _check_lengths(leaf, root, *proof)
    position, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise BadProofError("proof is too long")
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise BadProofError("proof is too short")
    if not equal(current, root):
        raise BadProofError("proof leads to another root")


def verify_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Return if the tree of *new_root* begins with all leaves of the one of *old_root*.

    Every tree begins with the empty one.

    Raises:
        BadProofError: *proof* does not show that.
    """
    if not 0 <= old_size <= new_size:
        raise BadProofError("no such tree")
    _check_lengths(old_root, new_root, *proof)
    if old_size in (0, new_size):
        if proof:
            raise BadProofError("proof is too long")
        if old_size == 0 and not equal(old_root, EMPTY_ROOT):
            raise BadProofError("not the root of the empty tree")
        if old_size == new_size and not equal(old_root, new_root):
            raise BadProofError("two roots of one size")
        return
    old_made, new_made = _fold_consistency(old_size, new_size, proof, old_root)
    if not equal(old_made, old_root):
        raise BadProofError("proof leads to another old root")
    if not equal(new_made, new_root):
        raise BadProofError("proof leads to another new root")


def _fold_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes
) -> tuple[bytes, bytes]:
    """Return the two roots to which *proof* leads (RFC 9162 section 2.1.4.2)."""
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise BadProofError("proof is too short")
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_made = new_made = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadProofError("proof is too long")
        if position & 1 or position == last:
            old_made, new_made = node_hash(sibling, old_made), node_hash(sibling, new_made)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_made = node_hash(new_made, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise BadProofError("proof is too short")
    return old_made, new_made


def _range_hash(start: int, end: int, read: ReadHash) -> bytes:
    """Return the tree hash over leaves *start* to *end* - 1, a right edge or complete."""
    peaks: list[bytes] = []
    while start < end:
        level = (end - start).bit_length() - 1
        peaks.append(read(level, start >> level))
        start += 1 << level
    current = peaks.pop()
    while peaks:
        current = node_hash(peaks.pop(), current)
    return current


def _split(count: int) -> int:
    """Return the largest power of two below *count*, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def _check_lengths(*hashes: bytes) -> None:
    """Refuse hashes whose border inside a node could be moved."""
    if any(len(digest) != HASH_BYTES for digest in hashes):
        raise BadProofError(f"a hash has {HASH_BYTES} bytes")
