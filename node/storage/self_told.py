"""Named queries on people who are on file by their own word."""

from sqlmodel import col, delete, select

from node.storage.database import Tx
from node.storage.tables.application import Application
from node.storage.tables.record import Change


def by_remote(tx: Tx, remote: bytes) -> str | None:
    """Return the person of the application under a blind index."""
    return tx.exec(select(Application.person_id).where(Application.remote == remote)).first()


def applications(tx: Tx, person_id: str) -> list[tuple[str, str]]:
    """Return id and source of each of a person's applications."""
    query = select(Application.id, Application.source).where(Application.person_id == person_id)
    return list(tx.exec(query.order_by(col(Application.id))).all())


def drop_changes(tx: Tx, batch_id: str) -> None:
    """Forget what stood before the changes of one batch."""
    tx.exec(delete(Change).where(col(Change.batch_id) == batch_id))
