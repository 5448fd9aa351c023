"""Envelopes out and in, exactly once (PROTOCOL 3)."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Outgoing(Row, table=True):
    """One envelope on its way; its bytes never change."""

    id: str = Field(primary_key=True, max_length=32)
    receiver: str = Field(max_length=32, index=True)
    kind: str = Field(max_length=32)
    ref: str | None = Field(default=None, max_length=32)
    document: bytes
    sealed: bytes | None = None
    at_size: int
    entry_id: str = Field(max_length=32)
    state: str = Field(max_length=16, index=True)  # protocol.envelope_life
    tries: int = 0
    next_try: int = 0
    exp: int | None = None
    answer: bytes | None = None  # the signed answer, or the signed final problem


class Incoming(Row, table=True):
    """One envelope that was applied, with the signed answer that settles it."""

    sender: str = Field(primary_key=True, max_length=32)
    id: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=32)
    document: bytes
    answer: bytes
    entry_id: str = Field(max_length=32)


class Nonce(Row, table=True):
    """A nonce of an HTTP signature, kept until that signature ends (RFC 9421)."""

    key_id: str = Field(primary_key=True, max_length=16)
    nonce: str = Field(primary_key=True, max_length=64)
    expires: int = Field(index=True)
