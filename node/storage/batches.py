"""Named queries on imports, and on the rows that they left out."""

from collections.abc import Sequence

from sqlmodel import col, delete, select

from node.storage.database import Tx
from node.storage.tables.application import Batch, RowFault


def add(tx: Tx, batch: Batch) -> None:
    """Add an import."""
    tx.add(batch)
    tx.flush()


def of(tx: Tx, batch_id: str) -> Batch | None:
    """Return an import."""
    return tx.get(Batch, batch_id)


def newest(tx: Tx, *, limit: int) -> list[Batch]:
    """Return the latest imports, the newest first."""
    query = select(Batch).order_by(col(Batch.started).desc(), col(Batch.id)).limit(limit)
    return list(tx.exec(query))


def in_state(tx: Tx, state: str) -> list[str]:
    """Return the ids of the imports in a state, the oldest first."""
    query = select(Batch.id).where(Batch.state == state)
    return list(tx.exec(query.order_by(col(Batch.started), col(Batch.id))))


def last_mapping(tx: Tx, source: str) -> str | None:
    """Return the mapping with which a file of *source* was last taken in."""
    query = select(Batch.mapping).where(Batch.source == source, col(Batch.finished).is_not(None))
    return tx.exec(query.order_by(col(Batch.started).desc()).limit(1)).first()


def put_fault(tx: Tx, batch_id: str, line: int, sealed: bytes) -> None:
    """Keep a row that was left out; of two on one line the later stays."""
    tx.merge(RowFault.new(batch_id=batch_id, line=line, sealed=sealed))


def faults(tx: Tx, batch_id: str) -> Sequence[tuple[int, bytes]]:
    """Return the rows that an import left out, by line."""
    query = select(RowFault.line, RowFault.sealed).where(RowFault.batch_id == batch_id)
    return list(tx.exec(query.order_by(col(RowFault.line))))


def drop_faults(tx: Tx, batch_id: str) -> None:
    """Forget the rows that an import left out."""
    tx.execute(delete(RowFault).where(col(RowFault.batch_id) == batch_id))
