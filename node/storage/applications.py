"""Named queries on applications, their jobs, stages and interviewers, and on imports."""

from collections.abc import Iterable

from sqlmodel import col, delete, select

from node.storage.database import Tx
from node.storage.tables.application import Application, Batch, Interviewer, Job, StageEvent


def by_remote(tx: Tx, digest: bytes) -> Application | None:
    """Return the application that the ATS knows under this blind index."""
    return tx.exec(select(Application).where(Application.remote == digest)).first()


def of_person(tx: Tx, person_id: str) -> list[Application]:
    """Return a person's applications, the newest first."""
    query = select(Application).where(Application.person_id == person_id)
    order = (col(Application.applied_on).desc(), col(Application.id))
    return list(tx.exec(query.order_by(*order)))


def job_by_title(tx: Tx, title: str) -> Job | None:
    """Return the job of that name."""
    return tx.exec(select(Job).where(Job.title == title)).first()


def interviewer(tx: Tx, digest: bytes) -> Interviewer | None:
    """Return the interviewer under this blind index."""
    return tx.exec(select(Interviewer).where(Interviewer.digest == digest)).first()


def put_events(tx: Tx, application_id: str, events: Iterable[StageEvent]) -> None:
    """Keep *events* in place of what was known of the application's stages."""
    tx.exec(delete(StageEvent).where(col(StageEvent.application_id) == application_id))
    tx.add_all(events)
    tx.flush()


def put_batch(tx: Tx, record: Batch) -> None:
    """Keep the record of an import as it stands."""
    tx.merge(record)
    tx.flush()


def batch(tx: Tx, batch_id: str) -> Batch | None:
    """Return the record of an import."""
    return tx.get(Batch, batch_id)


def batches(tx: Tx, *, limit: int) -> list[Batch]:
    """Return the latest imports, the newest first."""
    query = select(Batch).order_by(col(Batch.started).desc(), col(Batch.id)).limit(limit)
    return list(tx.exec(query))
