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
    receivers: bytes  # canonical [{member, salt?, fields}] of all other active members
    values: bytes  # canonical values of the token, as the candidate chose them
    people: int  # how many shared them, as the review showed
    given_at: int
    not_after: int
    state: str = Field(max_length=16, index=True)  # protocol.consent_life


class Token(Row, table=True):
    """One token of this node for one receiver; its leaf takes the id when it is published."""

    id: str = Field(primary_key=True, max_length=32)
    consent_id: str = Field(foreign_key="consent.id", max_length=32, index=True)
    person_id: str = Field(foreign_key="person.id", max_length=32, index=True)
    receiver: str = Field(max_length=32, index=True)
    state: str = Field(max_length=16, index=True)  # protocol.token_life
    level: str = Field(max_length=2)
    idx: int | None = None
    decoy: bool = False
    key_salt: bytes | None = None
    consent_salt: bytes | None = None
    published_at: int | None = None
    not_after: int
    ended_at: int | None = None


class Delivery(Row, table=True):
    """A token's body that was handed to its receiver, and what came back of it."""

    token_id: str = Field(primary_key=True, foreign_key="token.id", max_length=32)
    receiver: str = Field(max_length=32)
    fetch: bytes | None = None  # digest of the signed request; none where no answer went out
    leaf_id: str | None = Field(default=None, max_length=32)
    state: str = Field(max_length=16)  # protocol.delivery
    delivered_at: int | None = None
    deleted_on: str | None = Field(default=None, max_length=10)


class FetchRequest(Row, table=True):
    """A signed `body.fetch`, kept as the proof of who asked."""

    digest: bytes = Field(primary_key=True)
    sender: str = Field(max_length=32)
    document: bytes
