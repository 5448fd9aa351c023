"""Named queries on letters and the links in them."""

from typing import Final

from sqlmodel import col, delete, func, select

from node.domain.letter_life import State
from node.domain.letters import Answer, LetterKind
from node.storage.database import Tx
from node.storage.tables.application import Application, Job
from node.storage.tables.letter import Letter, Link
from node.storage.tables.reinvitation import Reinvitation

# They tell a result or ask unasked, so they keep hours; all others answer an act.
HELD: Final = (LetterKind.REJECTION, LetterKind.OFFER, LetterKind.REINVITATION)


def due(tx: Tx, *, now: int, limit: int, held: int) -> list[str]:
    """Return the ids of the confirmed letters whose time has come, oldest first.

    Those that answer an act come before all others, since somebody waits for them. Of
    those that keep the hours of :mod:`node.domain.hold` there are at most *held*.
    """
    is_held = col(Letter.kind).in_(HELD)
    found: list[str] = []
    for which, most in ((~is_held, limit), (is_held, held)):
        query = (
            select(Letter.id)
            .where(Letter.state == State.CONFIRMED, Letter.not_before <= now, which)
            .order_by(col(Letter.queued_at), col(Letter.id))
            .limit(min(most, limit - len(found)))
        )
        found += tx.exec(query).all()
    return found


def held_since(tx: Tx, at: int) -> int:
    """Return how many letters that keep hours went out, or may have, since Unix seconds *at*."""
    query = select(func.count()).where(
        col(Letter.kind).in_(HELD),
        col(Letter.state).in_((State.SENDING, State.SENT)),
        col(Letter.not_before) >= at,
    )
    return tx.exec(query).one()


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


def failed_results(tx: Tx) -> list[Letter]:
    """Return the letters on a result that could not be sent."""
    query = select(Letter).where(Letter.state == State.FAILED, Letter.kind == LetterKind.REJECTION)
    return list(tx.exec(query.order_by(col(Letter.queued_at), col(Letter.id))))


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
    tx.exec(delete(Reinvitation).where(col(Reinvitation.letter_id) == letter.id))
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
