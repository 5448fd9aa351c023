"""A company's own texts of its letters."""

from sqlmodel import Field

from node.storage.tables.row import Row


class LetterText(Row, table=True):
    """One version of one text; rows are only added, the highest number is in use."""

    place: str = Field(primary_key=True, max_length=32)  # node.domain.letters.LetterPlace
    job_id: str = Field(primary_key=True, max_length=32)  # "" for all jobs
    language: str = Field(primary_key=True, max_length=2)
    number: int = Field(primary_key=True)
    subject: str | None = Field(default=None, max_length=80)  # None: the shipped text again
    body: str | None = None
    written_at: int
    operator_id: int
