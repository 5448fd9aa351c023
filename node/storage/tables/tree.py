"""The logs that this node holds: its own and the mirrors of its peers' (PROTOCOL 2)."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Tree(Row, table=True):
    """One log, as far as its entries are stored here."""

    origin: str = Field(primary_key=True, max_length=300)
    member: str = Field(max_length=32, index=True)
    size: int = 0


class Tile(Row, table=True):
    """Up to 256 hashes of one level of a tree, joined (tlog-tiles)."""

    origin: str = Field(primary_key=True, max_length=300)
    level: int = Field(primary_key=True)
    n: int = Field(primary_key=True)
    hashes: bytes


class Entry(Row, table=True):
    """One leaf's exact bytes at its place."""

    origin: str = Field(primary_key=True, max_length=300)
    idx: int = Field(primary_key=True)
    leaf_id: str = Field(max_length=32, index=True)
    kind: str = Field(max_length=32)
    payload: bytes


class Head(Row, table=True):
    """The newest signed head, and the newest one with a witness quorum, of a log."""

    origin: str = Field(primary_key=True, max_length=300)
    kind: str = Field(primary_key=True, max_length=16)  # signed, witnessed
    size: int
    root: bytes
    note: bytes
