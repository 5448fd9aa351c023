"""The bodies behind commitments: evidence, and values until they are erased (PROTOCOL 1)."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Body(Row, table=True):
    """One opening. Erasing destroys `pr` and `n_p` and keeps the hash of that part."""

    leaf_id: str = Field(primary_key=True, max_length=32)
    # Whose log the leaf stands in: an id is its log's own, and anybody can copy it.
    member: str = Field(primary_key=True, max_length=32, index=True)
    person_id: str | None = Field(default=None, max_length=32, index=True)
    ev: bytes
    n_e: bytes
    pr: bytes | None = None  # sealed under the person's profile key where person_id is set
    n_p: bytes | None = None
    pr_hash: bytes
