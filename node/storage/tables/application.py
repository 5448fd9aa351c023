"""Applications as the uniform record has them (DOMAIN 4.1)."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Job(Row, table=True):
    """One opening that people applied to, by the name the ATS gives it."""

    id: str = Field(primary_key=True, max_length=32)
    title: str = Field(unique=True, max_length=200)
    occupation: str | None = Field(default=None, max_length=32)


class Application(Row, table=True):
    """One application of one person to one job."""

    id: str = Field(primary_key=True, max_length=32)
    remote: bytes = Field(unique=True)  # blind index of source and the ATS's own id
    content: bytes  # keyed digest of the row, so that the same row changes nothing
    person_id: str = Field(foreign_key="person.id", max_length=32, index=True)
    job_id: str = Field(foreign_key="job.id", max_length=32, index=True)
    # The import that wrote it last.
    batch_id: str = Field(foreign_key="batch.id", max_length=32, index=True)
    source: str = Field(max_length=32)
    route: str = Field(max_length=32)
    medium: str | None = Field(default=None, max_length=200)
    applied_on: str = Field(max_length=10)
    furthest: str = Field(max_length=16)
    ended_by: str | None = Field(default=None, max_length=16, index=True)
    ended_kind: str | None = Field(default=None, max_length=24)
    reason: str | None = Field(default=None, max_length=24)  # where the company ended it
    ended_on: str | None = Field(default=None, max_length=10)
    may_mail: bool = True
    hired: bool = False
    told: str | None = Field(default=None, max_length=16)  # node.domain.recipients.Told
    was_open: bool = False  # it was seen here before it ended
    future: str | None = Field(default=None, max_length=16)  # node.domain.recipients.Future
    age_band: str = Field(max_length=16)  # for this company's own analytics only
    cost_yen: int | None = None


class StageEvent(Row, table=True):
    """One stage of an application, its result and its rating."""

    application_id: str = Field(primary_key=True, foreign_key="application.id", max_length=32)
    stage: str = Field(primary_key=True, max_length=16)
    held_on: str | None = Field(default=None, max_length=10)
    result: str | None = Field(default=None, max_length=16)
    rating: int | None = None
    scale: str | None = Field(default=None, max_length=16)
    interviewer_id: str | None = Field(
        default=None, foreign_key="interviewer.id", max_length=32, index=True
    )


class Interviewer(Row, table=True):
    """One interviewer; the name is sealed under the node's master key."""

    id: str = Field(primary_key=True, max_length=32)
    digest: bytes = Field(unique=True)
    sealed: bytes


class Batch(Row, table=True):
    """One import: its file as it was staged, how far it is, and what it came to."""

    id: str = Field(primary_key=True, max_length=32)
    source: str = Field(max_length=32)
    state: str = Field(max_length=16, index=True)  # node.domain.batch_life
    format: str = Field(max_length=8)
    encoding: str = Field(max_length=16)
    sheet: str | None = Field(default=None, max_length=200)
    header: str  # JSON list, without the columns that were dropped
    mapping: str  # JSON of node.domain.mapping
    dropped: str  # JSON of {column: cells}
    chunks: int  # sealed pieces of the staged file
    lines: int
    done: int = 0  # rows that the commit has dealt with
    started: int
    finished: int | None = None
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    suppressed: int = 0
    errors: int = 0
    warnings: str = "[]"  # JSON list of [column, code, rows]


class RowFault(Row, table=True):
    """One row that an import left out, sealed under the node's master key."""

    batch_id: str = Field(primary_key=True, foreign_key="batch.id", max_length=32)
    line: int = Field(primary_key=True)
    sealed: bytes
