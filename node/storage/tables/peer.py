"""What this node knows of each peer's state: the lease, the poll, the bodies still wanted."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Peer(Row, table=True):
    """One peer as this node's reader sees it."""

    member: str = Field(primary_key=True, max_length=32)
    status: bytes | None = None  # the newest signed status document
    valid_until: int = 0
    lease_size: int = 0
    reached_at: int = 0  # last successful pull, Unix seconds
    failures: int = 0
    forked: bool = False


class WantedBody(Row, table=True):
    """A leaf of a peer whose body was not taken yet."""

    leaf_id: str = Field(primary_key=True, max_length=32)
    member: str = Field(primary_key=True, max_length=32, index=True)
    idx: int
    kind: str = Field(max_length=32)
    asked: bool = False  # a request for its range went out, the answer may be lost
