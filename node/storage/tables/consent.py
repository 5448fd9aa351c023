"""Consents, tokens and their deliveries at the origin."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Consent(Row, table=True):
    """One consent; its id is the id of its `consent.give` leaf."""

    id: str = Field(primary_key=True, max_length=32)
    idx: int
    person_id: str = Field(foreign_key="person.id", max_length=32, index=True)
    letter_id: str = Field(max_length=32)
    level: str = Field(max_length=2)
    key_alg: str | None = Field(default=None, max_length=8)
    key: bytes | None = None
    language: str = Field(max_length=2)
    receivers: bytes  # canonical [{member, salt, fields}]
    values: bytes  # canonical values of the token, as the candidate chose them
    given_at: int
    not_after: int
    state: str = Field(max_length=16, index=True)  # given, replaced, withdrawn, expired


class Token(Row, table=True):
    """One token that this node published, for one receiver."""

    id: str = Field(primary_key=True, max_length=32)
    idx: int
    consent_id: str = Field(foreign_key="consent.id", max_length=32, index=True)
    person_id: str = Field(foreign_key="person.id", max_length=32, index=True)
    receiver: str = Field(max_length=32, index=True)
    decoy: bool
    key_salt: bytes | None = None
    consent_salt: bytes
    level: str = Field(max_length=2)
    published_at: int
    not_after: int
    live: bool = Field(index=True)
    withdrawn_at: int | None = None


class Delivery(Row, table=True):
    """A token's body that was handed to its receiver, and what came back of it."""

    token_id: str = Field(primary_key=True, foreign_key="token.id", max_length=32)
    receiver: str = Field(max_length=32)
    fetch: bytes  # digest of the signed request
    leaf_id: str = Field(max_length=32)
    delivered_at: int
    deleted_on: str | None = Field(default=None, max_length=10)


class FetchRequest(Row, table=True):
    """A signed `body.fetch`, kept as the proof of who asked."""

    digest: bytes = Field(primary_key=True)
    sender: str = Field(max_length=32)
    document: bytes
