"""Groups of letters that were let go, what a company settled about them, and their digests."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Dispatch(Row, table=True):
    """Letters of one source that were let go together."""

    id: str = Field(primary_key=True, max_length=32)
    source: str = Field(max_length=32, index=True)
    version: str = Field(max_length=16)  # of the templates
    operator_id: int | None = None  # None where no hand was needed
    letters: int
    made_at: int
    stopped_at: int | None = None


class Automatic(Row, table=True):
    """A source whose letters go without a hand, as long as nothing changes."""

    source: str = Field(primary_key=True, max_length=32)
    version: str = Field(max_length=16)  # of the templates
    layout: str = Field(max_length=64)  # digest of the columns and their mapping
    operator_id: int
    begun_at: int
    ended_at: int | None = None
    why: str | None = Field(default=None, max_length=16)  # node.domain.automatic.Ended


class CheckedMedium(Row, table=True):
    """A medium whose terms an operator read: its applicants may be asked."""

    name: str = Field(primary_key=True, max_length=200)
    operator_id: int
    day: str = Field(max_length=10)


class Digest(Row, table=True):
    """The mail to the operators that says what goes on a day; its link stops that."""

    day: str = Field(primary_key=True, max_length=10)
    link: bytes = Field(unique=True)  # digest of the secret in the link
    letters: int  # 0 where it told of files alone
    sent_at: int | None = None


class PlacementAct(Row, table=True):
    """An operator's choice of whom to recommend, where the licence allows to choose."""

    id: str = Field(primary_key=True, max_length=32)
    application_id: str = Field(max_length=32, index=True)
    operator_id: int
    made_at: int
    future: str | None = Field(default=None, max_length=16)
