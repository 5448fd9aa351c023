"""Named queries on a company's own texts of its letters, and on what a letter is about."""

from dataclasses import dataclass

from sqlmodel import col, select

from node.domain.source import SELF_TOLD
from node.storage.database import Tx
from node.storage.tables.application import Application, Job
from node.storage.tables.letter_text import LetterText


@dataclass(frozen=True, slots=True)
class AppliedTo:
    """The application that a letter is about."""

    job_id: str
    job: str
    furthest: str
    applied_on: str
    person_id: str


def current(tx: Tx, place: str, job_id: str, language: str) -> LetterText | None:
    """Return the newest version of one text, None where none was ever written."""
    return next(iter(versions(tx, place, job_id, language, limit=1)), None)


def versions(tx: Tx, place: str, job_id: str, language: str, *, limit: int) -> list[LetterText]:
    """Return the versions of one text, the newest first."""
    query = select(LetterText).where(
        LetterText.place == place, LetterText.job_id == job_id, LetterText.language == language
    )
    return list(tx.exec(query.order_by(col(LetterText.number).desc()).limit(limit)))


def version(tx: Tx, place: str, job_id: str, language: str, number: int) -> LetterText | None:
    """Return one version of one text."""
    return tx.get(LetterText, (place, job_id, language, number))


def written(tx: Tx) -> list[LetterText]:
    """Return the newest version of every text that was ever written."""
    query = select(LetterText).order_by(col(LetterText.number))
    newest = {(row.place, row.job_id, row.language): row for row in tx.exec(query)}
    return list(newest.values())


def applied_to(tx: Tx, application_id: str) -> AppliedTo | None:
    """Return what an application was for."""
    query = (
        select(Application, Job.title)
        .join(Job, col(Job.id) == col(Application.job_id))
        .where(Application.id == application_id)
    )
    found = tx.exec(query).first()
    if found is None:
        return None
    row, title = found
    return AppliedTo(row.job_id, title, row.furthest, row.applied_on, row.person_id)


def jobs(tx: Tx) -> list[tuple[str, str]]:
    """Return id and title of every job, by title."""
    return list(tx.exec(select(Job.id, Job.title).order_by(col(Job.title))))


def recent_applications(tx: Tx, job_id: str, *, limit: int) -> list[tuple[str, str, str]]:
    """Return application, person and job title of the newest ended ones, of one job or all."""
    query = (
        select(Application.id, Application.person_id, Job.title)
        .join(Job, col(Job.id) == col(Application.job_id))
        .where(Application.ended_by == "org", Application.source != SELF_TOLD)
        .order_by(col(Application.applied_on).desc(), col(Application.id))
    )
    if job_id:
        query = query.where(Application.job_id == job_id)
    return list(tx.exec(query.limit(limit)))
