"""Letters to candidates and the links in them."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Letter(Row, table=True):
    """One mail to one person, sent at most once."""

    id: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=16)  # rejection, disclosure, receipt, answered, withdrawn
    person_id: str = Field(foreign_key="person.id", max_length=32, index=True)
    application_id: str | None = Field(
        default=None, foreign_key="application.id", max_length=32, unique=True
    )
    ref: str | None = Field(default=None, max_length=32)
    template: str = Field(max_length=32)
    version: str | None = Field(default=None, max_length=16)  # of the template, once sent
    language: str = Field(max_length=2)
    state: str = Field(max_length=16, index=True)  # node.domain.letter_life
    queued_at: int
    dispatch_id: str | None = Field(
        default=None, foreign_key="dispatch.id", max_length=32, index=True
    )
    not_before: int = 0  # once it is under way, when it was tried
    stopped_at: int | None = None  # by a stop of all that wait, which can be undone
    sent_at: int | None = None
    tries: int = 0
    fault: str | None = Field(default=None, max_length=16)  # why it failed: a code
    answer: str | None = Field(default=None, max_length=16)  # node.domain.letters.Answer
    opened_at: int | None = None  # when its code was first typed
    complained_at: int | None = None  # when its receiver complained of it


class Link(Row, table=True):
    """A link in a letter; only the digest of its secret is kept."""

    digest: bytes = Field(primary_key=True)
    kind: str = Field(max_length=16)  # consent, disclosure, stop
    person_id: str = Field(foreign_key="person.id", max_length=32, index=True)
    letter_id: str = Field(foreign_key="letter.id", max_length=32, index=True)
    ref: str | None = Field(default=None, max_length=32)
    code: bytes | None = None  # keyed digest of the six digits
    wrong: int = 0
    expires: int
    draft: bytes | None = None  # the statement that waits for the browser's signature, sealed
