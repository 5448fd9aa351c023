"""Named queries on people who are on file by their own word."""

from sqlalchemy.orm import aliased
from sqlmodel import col, delete, exists, select

from node.domain.recipients import Told
from node.domain.source import SELF_TOLD
from node.storage.database import Tx
from node.storage.tables.application import Application
from node.storage.tables.consent import Consent
from node.storage.tables.letter import Letter
from node.storage.tables.person import Profile, Tag
from node.storage.tables.record import Change


def told_elsewhere(tx: Tx, remote: bytes) -> str | None:
    """Note that the result of the application under a blind index was told; return its person."""
    row = tx.exec(select(Application).where(Application.remote == remote)).first()
    if row is None:
        return None
    row.told = Told.ELSEWHERE
    tx.flush()
    return row.person_id


def applications(tx: Tx, person_id: str) -> list[tuple[str, str]]:
    """Return id and source of each of a person's applications."""
    query = select(Application.id, Application.source).where(Application.person_id == person_id)
    return list(tx.exec(query.order_by(col(Application.id))).all())


def forget_guesses(tx: Tx, person_id: str) -> None:
    """Forget what was derived of a person but not told: the stage reached, and the tags."""
    tx.get_one(Profile, person_id).stage = None
    tx.exec(delete(Tag).where(col(Tag.person_id) == person_id))
    tx.flush()


def unanswered(tx: Tx, *, day: str, at: int) -> list[tuple[str, str]]:
    """Return person and application of those who never answered, and cannot any more.

    They asked on *day* or before, and the last letter to them was queued before Unix
    seconds *at*.
    """
    other = aliased(Application)
    has_more = exists().where(
        col(other.person_id) == col(Application.person_id), col(other.source) != SELF_TOLD
    )
    has_link = exists().where(
        col(Letter.person_id) == col(Application.person_id),
        col(Letter.answer).is_not(None) | (col(Letter.queued_at) >= at),
    )
    has_agreed = exists().where(col(Consent.person_id) == col(Application.person_id))
    query = select(Application.person_id, Application.id).where(
        Application.batch_id == SELF_TOLD,  # the one batch of all such records
        Application.applied_on <= day,
        ~has_more,
        ~has_link,
        ~has_agreed,
    )
    return list(tx.exec(query))


def drop_changes(tx: Tx, batch_id: str) -> None:
    """Forget what stood before the changes of one batch."""
    tx.exec(delete(Change).where(col(Change.batch_id) == batch_id))
