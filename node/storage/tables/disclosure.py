"""Disclosure requests at the origin: who asks for whom, and the answer."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Disclosure(Row, table=True):
    """One request; its id is that of the proposal's envelope."""

    id: str = Field(primary_key=True, max_length=32)
    member: str = Field(max_length=32, index=True)
    token_id: str = Field(foreign_key="token.id", max_length=32, index=True)
    person_id: str = Field(foreign_key="person.id", max_length=32, index=True)
    state: str = Field(max_length=16, index=True)
    envelope: bytes  # canonical envelope of the proposal
    digest: bytes
    hold_id: str = Field(max_length=32)
    asked_at: int
    not_after: int
    silent_until: int = 0  # when a blocked proposal is declined, at a random moment
    answered_at: int | None = None
    accept_id: str | None = Field(default=None, max_length=32)
    statement: bytes | None = None
    nonce: bytes | None = None  # n32 of the payload, sealed
    frozen: bytes | None = None  # the identity bytes of the yes, sealed
    release_at: int | None = None
    fetch_id: str | None = Field(default=None, max_length=32)
    fetch: bytes | None = None  # canonical envelope of the open fetch
    outcome: str | None = Field(default=None, max_length=16)
