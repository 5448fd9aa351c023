"""Tiles and entry bundles: how a log is served (c2sp.org/tlog-tiles).

``tile/<L>/<N>[.p/<W>]`` holds 256 (partial: W) hashes of the subtrees of 256^L
leaves; ``tile/entries/<N>[.p/<W>]`` the entries below level-0 tile N, each with
its length before it in two bytes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crypto.merkle import ReadHash
from protocol.errors import MalformedError

HASHES_PER_TILE = 256
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 2**16 - 1

_HASH_BYTES = 32
_LEVELS_PER_TILE = 8
_LENGTH_BYTES = 2
# Five groups reach 256 * 10^15 leaves, beyond every tree size of this protocol.
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/"
    r"(?P<n>(?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class TilePath:
    """What a path names: tile *n* of *level*, or entry bundle *n* where the level is None."""

    level: int | None
    n: int
    width: int = HASHES_PER_TILE


def tile_path(level: int, n: int, width: int = HASHES_PER_TILE) -> str:
    """Return the path of tile *n* of *level*, partial where *width* is below 256."""
    return _path(str(level), n, width)


def entries_path(n: int, width: int = HASHES_PER_TILE) -> str:
    """Return the path of entry bundle *n*, partial where *width* is below 256."""
    return _path("entries", n, width)


def parse_tile_path(path: str) -> TilePath:
    """Return what *path* names.

    Raises:
        MalformedError: :func:`tile_path` and :func:`entries_path` would not have written it.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise MalformedError("not a tile path")
    level = None if match["level"] == "entries" else int(match["level"])
    n = int(match["n"].replace("x", "").replace("/", ""))
    width = HASHES_PER_TILE if match["width"] is None else int(match["width"])
    if not 1 <= width <= HASHES_PER_TILE or (level is not None and level > MAX_LEVEL):
        raise MalformedError("tile level or width out of range")
    if path != _path(match["level"] if level is None else str(level), n, width):
        raise MalformedError("not the one path of that tile")
    return TilePath(level, n, width)


def tile_width(level: int, n: int, size: int) -> int:
    """Return how many hashes (0 to 256) tile *n* of *level* has in a tree of *size* leaves."""
    hashes = size >> (_LEVELS_PER_TILE * level)
    return min(max(hashes - n * HASHES_PER_TILE, 0), HASHES_PER_TILE)


def encode_tile(level: int, n: int, width: int, read: ReadHash) -> bytes:
    """Return the bytes of tile *n* of *level*: *width* hashes, each taken from *read*."""
    first = n * HASHES_PER_TILE
    return b"".join(read(level * _LEVELS_PER_TILE, first + i) for i in range(width))


def decode_tile(tile: bytes, width: int) -> list[bytes]:
    """Return the *width* hashes of *tile*, unauthenticated.

    Raises:
        MalformedError: the tile has another length.
    """
    if len(tile) != width * _HASH_BYTES:
        raise MalformedError("tile has a wrong length")
    return [tile[i : i + _HASH_BYTES] for i in range(0, len(tile), _HASH_BYTES)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bundle of *entries*.

    Raises:
        MalformedError: an entry of more than 65,535 bytes.
    """
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise MalformedError("entry is too large for a bundle")
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def decode_bundle(bundle: bytes, count: int) -> list[bytes]:
    """Return the *count* entries of *bundle*, unauthenticated.

    Raises:
        MalformedError: it holds fewer or more.
    """
    entries: list[bytes] = []
    start = 0
    while start < len(bundle) and len(entries) < count:
        body = start + _LENGTH_BYTES
        end = body + int.from_bytes(bundle[start:body], "big")
        entries.append(bundle[body:end])
        start = end
    # Past the end slices are short: then *start* is not where the bundle ends.
    if start != len(bundle) or len(entries) != count:
        raise MalformedError("bundle does not hold that many entries")
    return entries


def _path(level: str, n: int, width: int) -> str:
    groups = [f"{n % 1000:03}"]
    while n := n // 1000:
        groups.insert(0, f"x{n % 1000:03}")
    partial = "" if width == HASHES_PER_TILE else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"
