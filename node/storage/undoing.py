"""Named queries on taking an import back."""

import sqlalchemy
from sqlalchemy import ColumnElement
from sqlmodel import col, delete, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from node.domain.letter_life import UNSENT
from node.storage.database import Tx
from node.storage.records import Undoable
from node.storage.tables.application import Application, Batch
from node.storage.tables.consent import Consent
from node.storage.tables.letter import Letter, Link
from node.storage.tables.person import Person
from node.storage.tables.record import Change


def letters_gone(tx: Tx, batch: Batch) -> int:
    """Return how many letters that an import brought about somebody has or may have."""
    query = select(func.count()).select_from(Letter)
    return tx.exec(query.where(col(Letter.id).in_(_letters(batch)), ~_unsent())).one()


def changed_since(tx: Tx, batch: Batch) -> int:
    """Return how many applications of an import a later one wrote again."""
    query = (
        select(func.count())
        .select_from(Change)
        .join(Application, col(Application.id) == col(Change.application_id))
        .where(Change.batch_id == batch.id, Application.batch_id != batch.id)
    )
    return tx.exec(query).one()


def consented_since(tx: Tx, batch: Batch) -> int:
    """Return how many people of an import consented after it was handed in."""
    touched = select(Application.person_id).where(Application.batch_id == batch.id)
    query = select(func.count(func.distinct(col(Consent.person_id)))).where(
        col(Consent.person_id).in_(touched), Consent.given_at >= batch.started
    )
    return tx.exec(query).one()


def drop_letters(tx: Tx, batch: Batch) -> None:
    """Forget the letters that an import brought about and that nobody has."""
    unsent = select(Letter.id).where(col(Letter.id).in_(_letters(batch)), _unsent())
    tx.execute(delete(Link).where(col(Link.letter_id).in_(unsent)))
    tx.execute(delete(Letter).where(col(Letter.id).in_(unsent)))


def changes(tx: Tx, batch: Batch, *, limit: int) -> list[Undoable]:
    """Return what an import changed, and can still be put back."""
    query = (
        sqlalchemy.select(
            col(Change.batch_id),
            col(Change.application_id),
            col(Application.person_id),
            col(Change.before),
            col(Change.previous),
        )
        .join(Application, col(Application.id) == col(Change.application_id))
        .join(Person, col(Person.id) == col(Application.person_id))
        .where(
            col(Change.batch_id) == batch.id,
            col(Application.batch_id) == batch.id,
            col(Person.profile_key).is_not(None),
            col(Application.id).not_in(_lettered(batch)),
        )
        .order_by(col(Change.application_id))
        .limit(limit)
    )
    return [Undoable(*row) for row in tx.execute(query)]


def drop_changes(tx: Tx, batch_id: str, applications: list[str] | None = None) -> None:
    """Forget what stood before an import, for all or for these applications."""
    query = delete(Change).where(col(Change.batch_id) == batch_id)
    if applications is not None:
        query = query.where(col(Change.application_id).in_(applications))
    tx.execute(query)


def _unsent() -> ColumnElement[bool]:
    return col(Letter.state).in_(sorted(UNSENT))


def _lettered(batch: Batch) -> SelectOfScalar[str] | SelectOfScalar[None]:
    """Return the applications of an import whose letter somebody has."""
    return select(Letter.application_id).where(col(Letter.id).in_(_letters(batch)))


def _letters(batch: Batch) -> SelectOfScalar[str]:
    """Return the letters that came of an import: of what it added, or queued since."""
    return (
        select(Letter.id)
        .join(Change, col(Change.application_id) == col(Letter.application_id))
        .where(
            Change.batch_id == batch.id,
            or_(col(Change.before).is_(None), Letter.queued_at >= batch.started),
        )
    )
