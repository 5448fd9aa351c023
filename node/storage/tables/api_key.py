"""Keys with which the company's own systems call this node."""

from sqlmodel import Field

from node.storage.tables.row import Row


class ApiKey(Row, table=True):
    """One key; only the digest of its secret is kept."""

    id: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=200)
    digest: bytes = Field(unique=True)
    scopes: str = Field(max_length=200)  # separated by a space
    created: int
    used: int | None = None
    revoked: int | None = None
