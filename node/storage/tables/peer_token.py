"""Live tokens of the peers, the only ones that may be matched."""

from sqlmodel import Field

from node.storage.tables.row import Row


class PeerToken(Row, table=True):
    """One token addressed to this node; the row goes when the token ends."""

    id: str = Field(primary_key=True, max_length=32)
    member: str = Field(primary_key=True, max_length=32, index=True)
    idx: int
    level: str = Field(max_length=2)
    mode: str = Field(max_length=20)
    not_after: int = Field(index=True)
    taken_at: int
    values: bytes  # canonical TokenValues


class PeerTokenEnd(Row, table=True):
    """A token of a peer that ended; its deletion receipt goes out once."""

    id: str = Field(primary_key=True, max_length=32)
    member: str = Field(primary_key=True, max_length=32)
    ended_on: str = Field(max_length=10)
    held: bool
    taken_at: int | None = None
