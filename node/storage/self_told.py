"""Named queries on people who are on file by their own word."""

from sqlmodel import col, delete, select

from node.domain.recipients import Told
from node.storage.database import Tx
from node.storage.tables.application import Application
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


def drop_changes(tx: Tx, batch_id: str) -> None:
    """Forget what stood before the changes of one batch."""
    tx.exec(delete(Change).where(col(Change.batch_id) == batch_id))
