"""Named queries on applications of which nobody knows who ended them."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy
from sqlmodel import col, func, select

from node.storage.database import Tx
from node.storage.records import Known
from node.storage.tables.application import Application
from node.storage.tables.person import Person
from node.storage.tables.record import ApplicationRecord
from protocol.taxonomy import EndedBy


@dataclass(frozen=True, slots=True)
class Unknown:
    """One such application, its source, and the wrapped key of its person."""

    known: Known
    source: str
    profile_key: bytes


def count(tx: Tx) -> int:
    """Return how many there are."""
    query = select(func.count()).select_from(Application).join(Person)
    return tx.exec(query.where(*_UNKNOWN)).one()


def oldest(tx: Tx, *, limit: int) -> list[Unknown]:
    """Return those who applied first."""
    query = _SELECT.order_by(col(Application.applied_on), col(Application.id)).limit(limit)
    return _found(tx, query)


def among(tx: Tx, applications: Collection[str]) -> list[Unknown]:
    """Return those of *applications* that are still unknown."""
    return _found(tx, _SELECT.where(col(Application.id).in_(applications)))


# The record of a person who was erased opens no more.
_UNKNOWN = (
    col(Application.ended_by) == EndedBy.UNKNOWN,
    col(Person.profile_key).is_not(None),
)
_SELECT = (
    sqlalchemy.select(
        col(Application.source),
        col(Person.profile_key),
        col(Application.id),
        col(Application.person_id),
        col(Application.batch_id),
        col(Application.content),
        col(ApplicationRecord.sealed),
    )
    .join(ApplicationRecord, col(ApplicationRecord.application_id) == col(Application.id))
    .join(Person, col(Person.id) == col(Application.person_id))
    .where(*_UNKNOWN)
)


def _found(
    tx: Tx, query: sqlalchemy.Select[str, bytes | None, str, str, str, bytes, bytes]
) -> list[Unknown]:
    return [Unknown(Known(*rest), source, key) for source, key, *rest in tx.execute(query) if key]
