"""People who applied here: keys, sealed identity, blind indexes, coarse profile."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Person(Row, table=True):
    """One person, under a random id; both keys are wrapped by the node's master key."""

    id: str = Field(primary_key=True, max_length=32)
    profile_key: bytes | None = None
    statutory_key: bytes | None = None
    nullifier: bytes | None = None
    since: str = Field(max_length=10)


class Identity(Row, table=True):
    """Name, kana, birth, mails, phones, prefecture, employer: sealed under the profile key."""

    person_id: str = Field(primary_key=True, foreign_key="person.id", max_length=32)
    sealed: bytes


class BlindIndex(Row, table=True):
    """A keyed digest of one match key (mail, phone, name with birth date)."""

    digest: bytes = Field(primary_key=True)
    # The index is for undoing: to drop a person the database looks for what points to it.
    person_id: str = Field(primary_key=True, foreign_key="person.id", max_length=32, index=True)
    kind: str = Field(max_length=16)


class Suppression(Row, table=True):
    """A blind index of what is not to be used: a scope for each way of using it."""

    digest: bytes = Field(primary_key=True)
    scope: str = Field(primary_key=True, max_length=16)  # node.domain.recipients.Scope
    day: str = Field(max_length=10)


class Profile(Row, table=True):
    """The coarse values a token may carry, and nothing else."""

    person_id: str = Field(primary_key=True, foreign_key="person.id", max_length=32)
    region: str | None = Field(default=None, max_length=32)
    occupation: str | None = Field(default=None, max_length=32)
    years: str | None = Field(default=None, max_length=8)
    stage: str | None = Field(default=None, max_length=16)
    skills: str = ""  # codes, sorted, separated by a space
    retained_until: str = Field(max_length=10)


class Tag(Row, table=True):
    """One value of one of the five tag families, for this company's own facets."""

    person_id: str = Field(primary_key=True, foreign_key="person.id", max_length=32)
    family: str = Field(primary_key=True, max_length=16)
    value: str = Field(primary_key=True, max_length=64)


class Block(Row, table=True):
    """A company that must never see this person."""

    id: str = Field(primary_key=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", max_length=32, index=True)
    sealed: bytes  # canonical {name?, number?, reason}
