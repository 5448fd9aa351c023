"""Named queries on logs: entries, tiles of hashes, heads (C2SP tlog-tiles).

Only tile levels (every eighth level of the tree) are stored; the levels between are
computed from one tile, at most 255 hashes.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from sqlmodel import col, insert, select

from crypto import merkle
from node.storage.database import Tx
from node.storage.tables.tree import Entry, Head, Tile, Tree
from protocol.log.leaf import Leaf

# By the log; by a quorum of witnesses, too; the newest up to which a peer's log was read.
HeadKind = Literal["signed", "witnessed", "read"]

_TILE = 256
_HEIGHT = 8


def size(tx: Tx, origin: str) -> int:
    """Return how many entries of that log are stored."""
    tree = tx.get(Tree, origin)
    return tree.size if tree else 0


def start(tx: Tx, origin: str, member: str) -> None:
    """Begin to keep a log of *member*; nothing happens where it is kept already."""
    if tx.get(Tree, origin) is None:
        tx.add(Tree.new(origin=origin, member=member))
        tx.flush()


def append(tx: Tx, origin: str, payloads: Sequence[bytes]) -> int:
    """Append entries and their hashes; return the index of the first."""
    tree = tx.get_one(Tree, origin, with_for_update=True)
    first = tree.size
    rows = []
    for index, payload in enumerate(payloads, start=first):
        leaf = Leaf.parse(payload)
        rows.append(
            {
                "origin": origin,
                "idx": index,
                "leaf_id": leaf.id,
                "kind": str(leaf.kind),
                "payload": payload,
            }
        )
    if rows:
        # In bulk, not as objects: each leaf was validated by its own parser just now.
        tx.connection().execute(insert(Entry), rows)
    grow(tx, origin, 0, first, [merkle.leaf_hash(payload) for payload in payloads])
    tree.size = first + len(payloads)
    tx.flush()
    return first


def grow(tx: Tx, origin: str, level: int, first: int, hashes: Sequence[bytes]) -> None:
    """Add *hashes* from index *first* of a tile level on, and what they complete above."""
    above: list[bytes] = []
    index = first
    position = 0
    while position < len(hashes):
        n, width = divmod(index, _TILE)
        taken = hashes[position : position + _TILE - width]
        tile = tx.get(Tile, (origin, level, n))
        if tile is None:
            tile = Tile.new(origin=origin, level=level, n=n, hashes=b"")
        tile.hashes = tile.hashes[: width * 32] + b"".join(taken)
        tx.add(tile)
        index += len(taken)
        position += len(taken)
        if index % _TILE == 0:
            above.append(_combine(tile.hashes))
    if above:
        grow(tx, origin, level + 1, first // _TILE, above)


def _combine(hashes: bytes) -> bytes:
    nodes = [hashes[at : at + 32] for at in range(0, len(hashes), 32)]
    while len(nodes) > 1:
        nodes = [
            merkle.node_hash(left, right)
            for left, right in zip(nodes[::2], nodes[1::2], strict=True)
        ]
    return nodes[0]


def reader(tx: Tx, origin: str) -> merkle.ReadHash:
    """Return what reads the hash of the complete subtree of 2^level leaves at an index."""
    tiles: dict[tuple[int, int], bytes] = {}

    def read(level: int, index: int) -> bytes:
        tile_level, inside = divmod(level, _HEIGHT)
        first = index << inside
        key = (tile_level, first // _TILE)
        if key not in tiles:
            tiles[key] = tx.get_one(Tile, (origin, *key)).hashes
        start_at = first % _TILE * 32
        return _combine(tiles[key][start_at : start_at + (32 << inside)])

    return read


def tile(tx: Tx, origin: str, level: int, n: int, width: int) -> bytes | None:
    """Return the first *width* hashes of a tile, or None where they are not there yet."""
    row = tx.get(Tile, (origin, level, n))
    if row is None or len(row.hashes) < width * 32:
        return None
    return row.hashes[: width * 32]


def root(tx: Tx, origin: str, at: int) -> bytes:
    """Return the root of the first *at* entries."""
    return merkle.root(at, reader(tx, origin))


def entries(tx: Tx, origin: str, first: int, end: int) -> list[bytes]:
    """Return the entries *first* to *end* (exclusive), as far as they are stored."""
    query = (
        select(Entry.payload)
        .where(Entry.origin == origin, Entry.idx >= first, Entry.idx < end)
        .order_by(col(Entry.idx))
    )
    return list(tx.exec(query))


def entry_of(tx: Tx, origin: str, leaf_id: str) -> Entry | None:
    """Return the first entry with that id; a later one that repeats it is void."""
    query = (
        select(Entry)
        .where(Entry.origin == origin, Entry.leaf_id == leaf_id)
        .order_by(col(Entry.idx))
        .limit(1)
    )
    return tx.exec(query).first()


def entry_at(tx: Tx, origin: str, index: int) -> Entry | None:
    """Return the entry at *index*."""
    return tx.get(Entry, (origin, index))


def of_kinds(
    tx: Tx, origin: str, kinds: Iterable[str], first: int = 0, end: int | None = None
) -> list[Entry]:
    """Return the entries of some kinds from index *first* on, before *end*, in order."""
    query = (
        select(Entry)
        .where(Entry.origin == origin, col(Entry.kind).in_(list(kinds)), Entry.idx >= first)
        .order_by(col(Entry.idx))
    )
    if end is not None:
        query = query.where(Entry.idx < end)
    return list(tx.exec(query))


def head(tx: Tx, origin: str, kind: HeadKind = "signed") -> Head | None:
    """Return the newest head of that kind."""
    return tx.get(Head, (origin, kind))


def set_head(
    tx: Tx, origin: str, kind: HeadKind, *, at: int, root_hash: bytes, note: bytes
) -> None:
    """Replace the newest head of that kind."""
    row = tx.get(Head, (origin, kind))
    if row is None:
        row = Head.new(origin=origin, kind=kind, size=at, root=root_hash, note=note)
    row.size, row.root, row.note = at, root_hash, note
    tx.add(row)
    tx.flush()
