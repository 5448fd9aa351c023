from collections.abc import Callable
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.merkle import leaf_hash
from protocol.errors import MalformedError
from protocol.log.tiles import (
    HASHES_PER_TILE,
    TilePath,
    decode_bundle,
    decode_tile,
    encode_bundle,
    encode_tile,
    entries_path,
    parse_tile_path,
    tile_path,
    tile_width,
)


class Tree(Protocol):
    entries: list[bytes]

    def read(self, level: int, index: int) -> bytes: ...


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("tile/0/000", TilePath(0, 0)),
        ("tile/0/x001/x234/067", TilePath(0, 1234067)),  # c2sp.org/tlog-tiles, Merkle Tree
        ("tile/1/x001/000.p/1", TilePath(1, 1000, 1)),
        ("tile/63/999.p/255", TilePath(63, 999, 255)),
        ("tile/entries/x001/x234/067", TilePath(None, 1234067)),
        ("tile/entries/000.p/7", TilePath(None, 0, 7)),
    ],
)
def test_path_of_a_tile(path: str, named: TilePath) -> None:
    assert parse_tile_path(path) == named
    if named.level is None:
        assert entries_path(named.n, named.width) == path
    else:
        assert tile_path(named.level, named.n, named.width) == path


@given(st.none() | st.integers(0, 63), st.integers(0, 10**15 - 1), st.integers(1, 256))
def test_path_comes_back(level: int | None, n: int, width: int) -> None:
    path = entries_path(n, width) if level is None else tile_path(level, n, width)
    assert parse_tile_path(path) == TilePath(level, n, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/100/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/8/0/000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000/",
        "tile/0/000\n",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/\N{FULLWIDTH DIGIT ONE}00",
        "tile/0/" + "x001/" * 5 + "000",
        "tile/entries/0",
        "tile/entries/000.p/256",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(MalformedError):
        parse_tile_path(path)


def test_tree_of_70000_leaves() -> None:
    # c2sp.org/tlog-tiles, Partial Tiles: the tiles of a tree of that size.
    widths = {(level, n): tile_width(level, n, 70_000) for level in range(4) for n in range(275)}
    assert [widths[0, n] for n in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [widths[1, n] for n in (0, 1, 2)] == [256, 17, 0]
    assert [widths[2, n] for n in (0, 1)] == [1, 0]
    assert sum(1 for width in widths.values() if width) == 273 + 1 + 1 + 1 + 1


def test_tree_of_256_leaves_has_a_full_tile_and_one_of_width_1() -> None:
    assert (tile_width(0, 0, 256), tile_width(1, 0, 256)) == (256, 1)


def test_tile_holds_the_hashes_of_its_subtrees(grow: Callable[[int], Tree]) -> None:
    tree = grow(300)
    first = encode_tile(0, 0, HASHES_PER_TILE, tree.read)
    assert decode_tile(first, HASHES_PER_TILE) == [leaf_hash(e) for e in tree.entries[:256]]
    rest = encode_tile(0, 1, tile_width(0, 1, 300), tree.read)
    assert decode_tile(rest, 44) == [leaf_hash(entry) for entry in tree.entries[256:]]
    assert encode_tile(1, 0, 1, tree.read) == tree.read(8, 0)
    with pytest.raises(MalformedError):
        decode_tile(rest, 45)


def test_bundle_has_the_length_before_each_entry() -> None:
    assert encode_bundle([b"ab", b"", b"x" * 256]) == b"\0\2ab\0\0\1\0" + b"x" * 256


@given(st.lists(st.binary(max_size=20), max_size=10))
def test_bundle_comes_back(entries: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


@given(st.binary(max_size=12), st.integers(0, 4))
def test_decode_takes_only_what_encode_writes(bundle: bytes, count: int) -> None:
    try:
        entries = decode_bundle(bundle, count)
    except MalformedError:
        return
    assert len(entries) == count
    assert encode_bundle(entries) == bundle


@pytest.mark.parametrize(
    ("bundle", "count"),
    [
        (b"", 1),
        (b"\0\1a", 0),
        (b"\0\1a", 2),
        (b"\0\1a\0\1b", 1),
        (b"\0\2a", 1),
        (b"\0", 1),
        (b"\0\1a\0", 2),
    ],
)
def test_bundle_of_another_count_is_refused(bundle: bytes, count: int) -> None:
    with pytest.raises(MalformedError):
        decode_bundle(bundle, count)


def test_entry_that_fits_no_bundle_is_refused() -> None:
    assert len(encode_bundle([b"x" * 65_535])) == 65_537
    with pytest.raises(MalformedError):
        encode_bundle([b"x" * 65_536])
