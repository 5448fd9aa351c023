"""The case that the checks read."""

import pytest

from crypto.merkle import EMPTY_ROOT, leaf_hash, node_hash
from protocol.audit.case import Tree


def test_tree_gives_the_root_of_every_size() -> None:
    entries = (b"a", b"b", b"c")
    tree = Tree.over(entries)
    first, second, third = map(leaf_hash, entries)
    both = node_hash(first, second)
    assert [tree.root(size) for size in range(4)] == [
        EMPTY_ROOT,
        first,
        both,
        node_hash(both, third),
    ]
    assert tree.size == 3


def test_tree_of_nothing_is_empty() -> None:
    assert Tree.over(()).root(0) == EMPTY_ROOT
    with pytest.raises(KeyError):
        Tree.over(()).root(1)
