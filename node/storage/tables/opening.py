"""The company's own openings and the proposals made for them."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Opening(Row, table=True):
    """One opening: what is asked, and the working conditions shown at first contact."""

    id: str = Field(primary_key=True, max_length=32)
    title: str = Field(max_length=200)
    requirement: bytes  # canonical filters and weights
    terms: bytes  # canonical Terms
    purpose: str = Field(max_length=400)
    retention_days: int
    created_at: int
    is_open: bool = True


class Proposal(Row, table=True):
    """One proposal by this node; its id is that of its envelope."""

    id: str = Field(primary_key=True, max_length=32)
    opening_id: str = Field(foreign_key="opening.id", max_length=32, index=True)
    member: str = Field(max_length=32, index=True)
    token_id: str = Field(max_length=32, index=True)
    reasons: bytes
    state: str = Field(max_length=16, index=True)
    created_at: int
    not_after: int
    hold_id: str = Field(max_length=32)
    digest: bytes  # of the envelope
    accept: bytes | None = None  # canonical body of `disclosure.accept`
    acceptance: bytes | None = None  # hash of the candidate's statement
    spend_id: str | None = Field(default=None, max_length=32)
    fetch_id: str | None = Field(default=None, max_length=32)
    fetch_exp: int | None = None
    fetch_key: bytes | None = None  # private HPKE key, sealed; destroyed with the receipt


class Introduction(Row, table=True):
    """One person who accepted; sealed under a key of its own."""

    id: str = Field(primary_key=True, max_length=32)
    opening_id: str = Field(foreign_key="opening.id", max_length=32)
    member: str = Field(max_length=32)
    key: bytes | None = None
    sealed: bytes | None = None
    received_at: int
    keep_until: str = Field(max_length=10)
    status: str = Field(max_length=16)  # new, interviewed, hired, declined
    marked_at: int | None = None
    report: bool
