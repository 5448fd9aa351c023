"""Named queries on letters, the links in them, and the applications that call for one."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, func, select

from node.domain.letters import Answer
from node.storage.database import Tx
from node.storage.tables.application import Application, Job
from node.storage.tables.letter import Letter, Link
from node.storage.tables.person import BlindIndex, Suppression


@dataclass(frozen=True, slots=True)
class Rejection:
    """One application that the company rejected, with what decides about its letter."""

    application: Application
    job: str
    letter: Letter | None
    is_suppressed: bool
    is_running: bool
    is_hired: bool
    has_declined: bool


def unlettered(tx: Tx) -> list[Rejection]:
    """Return the rejected applications that have no letter yet, oldest first."""
    return _rejections(tx, col(Letter.id).is_(None))


def waiting(tx: Tx, state: str) -> list[Rejection]:
    """Return the rejected applications whose letter is in *state*, oldest first."""
    return _rejections(tx, col(Letter.state) == state)


def rejection_of(tx: Tx, letter: Letter) -> Rejection | None:
    """Return the rejected application of a letter, None where it is rejected no more."""
    found = _rejections(tx, col(Letter.id) == letter.id)
    return found[0] if found else None


def _rejections(tx: Tx, which: ColumnElement[bool]) -> list[Rejection]:
    query = (
        select(Application, Job.title, Letter)
        .join(Job, col(Job.id) == col(Application.job_id))
        .outerjoin(Letter, col(Letter.application_id) == col(Application.id))
        .where(Application.ended_by == "org", which)
        .order_by(col(Application.applied_on), col(Application.id))
    )
    rows = tx.exec(query).all()
    people = {application.person_id for application, _, _ in rows}
    suppressed = select(BlindIndex.person_id).join(
        Suppression, col(Suppression.digest) == col(BlindIndex.digest)
    )
    running = select(Application.person_id).where(
        col(Application.ended_by).is_(None), col(Application.hired).is_(False)
    )
    hired = select(Application.person_id).where(col(Application.hired).is_(True))
    declined = select(Letter.person_id).where(Letter.answer == Answer.DECLINED)
    if len(people) == 1:
        (person_id,) = people
        suppressed = suppressed.where(BlindIndex.person_id == person_id)
        running = running.where(Application.person_id == person_id)
        hired = hired.where(Application.person_id == person_id)
        declined = declined.where(Letter.person_id == person_id)
    those = [set(tx.exec(query)) for query in (suppressed, running, hired, declined)]
    return [
        Rejection(application, job, letter, *(application.person_id in group for group in those))
        for application, job, letter in rows
    ]


def due(tx: Tx, *, now: int, limit: int) -> list[str]:
    """Return the ids of the confirmed letters whose time has come, oldest first."""
    query = (
        select(Letter.id)
        .where(Letter.state == "confirmed", Letter.not_before <= now)
        .order_by(col(Letter.queued_at), col(Letter.id))
        .limit(limit)
    )
    return list(tx.exec(query))


def claim(tx: Tx, letter_id: str) -> Letter | None:
    """Return a confirmed letter that no other sender holds, None where one does."""
    query = (
        select(Letter)
        .where(Letter.id == letter_id, Letter.state == "confirmed")
        .with_for_update(skip_locked=True)
    )
    return tx.exec(query).first()


def in_state(tx: Tx, state: str, *, limit: int | None = None) -> list[Letter]:
    """Return letters in a state, the newest first, all of them without a *limit*."""
    query = select(Letter).where(Letter.state == state)
    return list(tx.exec(query.order_by(col(Letter.queued_at).desc(), col(Letter.id)).limit(limit)))


def counts(tx: Tx) -> dict[str, int]:
    """Return how many letters are in each state."""
    query = select(Letter.state, func.count()).group_by(col(Letter.state))
    return dict(tx.exec(query).all())


def set_answer(tx: Tx, letter_id: str, answer: Answer | None) -> None:
    """Note what the person answered to a letter."""
    tx.get_one(Letter, letter_id).answer = answer
    tx.flush()


def answer_to(tx: Tx, letter_id: str) -> Answer | None:
    """Return what the person answered to a letter."""
    row = tx.get(Letter, letter_id)
    return None if row is None or row.answer is None else Answer(row.answer)


def language_of(tx: Tx, letter_id: str) -> str | None:
    """Return the language of a letter."""
    row = tx.get(Letter, letter_id)
    return None if row is None else row.language


def is_recent(tx: Tx, person_id: str, kind: str, since: int) -> bool:
    """Tell whether a letter of that kind was queued for a person after Unix seconds *since*."""
    query = select(Letter.id).where(
        Letter.person_id == person_id, Letter.kind == kind, Letter.queued_at > since
    )
    return tx.exec(query.limit(1)).first() is not None


def drop(tx: Tx, letter: Letter) -> None:
    """Forget a letter that never went out."""
    tx.delete(letter)
    tx.flush()


def drop_links(tx: Tx, letter_id: str) -> None:
    """Forget the links of a letter that reached nobody."""
    tx.exec(delete(Link).where(col(Link.letter_id) == letter_id))


def job_title(tx: Tx, application_id: str) -> str | None:
    """Return the name of the opening that an application was for."""
    query = (
        select(Job.title)
        .join(Application, col(Application.job_id) == col(Job.id))
        .where(Application.id == application_id)
    )
    return tx.exec(query).first()
