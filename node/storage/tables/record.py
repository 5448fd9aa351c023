"""What a source said of each application, and what stood there before an import."""

from sqlmodel import Field

from node.storage.tables.row import Row


class ApplicationRecord(Row, table=True):
    """One packed record (node.domain.record), sealed under the person's profile key."""

    application_id: str = Field(primary_key=True, foreign_key="application.id", max_length=32)
    sealed: bytes


class Change(Row, table=True):
    """What an import found in an application's place; None where it added it."""

    batch_id: str = Field(primary_key=True, foreign_key="batch.id", max_length=32)
    application_id: str = Field(primary_key=True, max_length=32, index=True)
    before: bytes | None = None
    previous: str | None = Field(default=None, max_length=32)  # the import that had written it
