"""Named queries on the company's own openings."""

from sqlmodel import col, select

from node.storage.database import Tx
from node.storage.tables.opening import Opening


def put(tx: Tx, opening: Opening) -> None:
    """Keep a new opening."""
    tx.add(opening)
    tx.flush()


def get(tx: Tx, opening_id: str) -> Opening | None:
    """Return one opening, open or closed."""
    return tx.get(Opening, opening_id)


def every(tx: Tx) -> list[Opening]:
    """Return every opening, the newest first."""
    return list(tx.exec(select(Opening).order_by(col(Opening.created_at).desc(), Opening.id)))
