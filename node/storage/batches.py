"""Named queries on imports, and on the rows that they left out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, delete, select

from node.domain.batch_life import State
from node.domain.source import SELF_TOLD
from node.storage.database import Tx
from node.storage.tables.application import Batch, RowFault

# Formats of imports that are no files.
REVIEW: Final = "review"  # an operator's answer
API: Final = "api"  # rows that a system handed over
_NO_FILE: Final = (REVIEW, API)


@dataclass(frozen=True, slots=True)
class Came:
    """What the files of a source came to, together."""

    files: int = 0
    added: int = 0
    updated: int = 0
    left_out: int = 0


def add(tx: Tx, batch: Batch) -> None:
    """Add an import."""
    tx.add(batch)
    tx.flush()


def of(tx: Tx, batch_id: str) -> Batch | None:
    """Return an import."""
    return tx.get(Batch, batch_id)


def newest(tx: Tx, *, limit: int) -> list[Batch]:
    """Return the latest imports, the newest first."""
    query = select(Batch).where(Batch.source != SELF_TOLD)
    query = query.order_by(col(Batch.started).desc(), col(Batch.id)).limit(limit)
    return list(tx.exec(query))


def in_state(tx: Tx, state: str, *, before: int | None = None) -> list[str]:
    """Return the ids of the imports in a state, the oldest first; those begun *before* it."""
    query = select(Batch.id).where(Batch.state == state)
    if before is not None:
        query = query.where(Batch.started < before)
    return list(tx.exec(query.order_by(col(Batch.started), col(Batch.id))))


def last_mapping(tx: Tx, source: str, *, header: str | None = None) -> str | None:
    """Return the mapping with which a file of *source*, one of *header*, was last taken in."""
    query = select(Batch.mapping).where(
        Batch.source == source,
        col(Batch.finished).is_not(None),
        col(Batch.format).not_in(_NO_FILE),
    )
    if header is not None:
        query = query.where(Batch.header == header)
    return tx.exec(query.order_by(col(Batch.started).desc()).limit(1)).first()


def last_sheet(tx: Tx, source: str) -> str | None:
    """Return the sheet from which a workbook of *source* was last taken in."""
    query = select(Batch.sheet).where(
        Batch.source == source, col(Batch.finished).is_not(None), col(Batch.sheet).is_not(None)
    )
    return tx.exec(query.order_by(col(Batch.started).desc()).limit(1)).first()


def answers(tx: Tx, source: str) -> list[str]:
    """Return what the answers about *source* said of its words, the oldest first.

    One that was undone says nothing any more.
    """
    query = select(Batch.mapping).where(
        Batch.source == source, Batch.format == REVIEW, Batch.state != State.UNDONE
    )
    return list(tx.exec(query.order_by(col(Batch.started), col(Batch.id))))


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


def came(tx: Tx, sources: Collection[str], *, since: int, until: int) -> dict[str, Came]:
    """Return what the files of these sources came to, taken in behind *since*, up to *until*."""
    query = select(Batch).where(
        col(Batch.source).in_(sources),
        Batch.state == State.DONE,
        col(Batch.format).not_in(_NO_FILE),
        col(Batch.finished) > since,
        col(Batch.finished) <= until,
    )
    found: dict[str, Came] = {}
    for batch in tx.exec(query):
        here = found.get(batch.source, Came())
        found[batch.source] = Came(
            here.files + 1,
            here.added + batch.added,
            here.updated + batch.updated,
            here.left_out + batch.errors,
        )
    return found
