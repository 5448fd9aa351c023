"""Named queries on the records of applications, many rows at a time.

Where an import reads or writes thousands of rows the driver is asked itself: the look at
every value on the way through the mapper takes as long as the database does.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import sqlalchemy
from sqlalchemy import update
from sqlmodel import SQLModel, col, delete, select

from node.storage.database import Tx
from node.storage.tables.application import Application, Interviewer, Job, StageEvent
from node.storage.tables.consent import Consent
from node.storage.tables.disclosure import Disclosure
from node.storage.tables.duplicate import Merge, NotSame
from node.storage.tables.letter import Letter
from node.storage.tables.person import (
    BlindIndex,
    Block,
    Identity,
    Person,
    Profile,
    Tag,
)
from node.storage.tables.record import ApplicationRecord, Change
from node.storage.tables.referral import Claim

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Known:
    """An application that is here already, with its sealed record."""

    id: str
    person_id: str
    batch_id: str  # the import that wrote it last
    content: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Undoable:
    """What an import changed; *before* is the sealed record, None where there was none."""

    batch_id: str
    application_id: str
    person_id: str
    before: bytes | None
    previous: str | None  # the import that had written it


@dataclass(frozen=True, slots=True)
class Older:
    """A record that an import replaced."""

    batch_id: str
    application_id: str
    sealed: bytes


def erased(tx: Tx, digests: Collection[bytes]) -> dict[bytes, str]:
    """Return those blind indexes whose person was erased, and on which day."""
    query = "SELECT digest, day FROM suppression WHERE scope = 'erased' AND digest IN"
    return dict(_among(tx, query, digests))


def by_remotes(tx: Tx, digests: Collection[bytes]) -> dict[bytes, Known]:
    """Return the applications under these blind indexes of source and number."""
    query = (
        "SELECT remote, id, person_id, batch_id, content, sealed"
        " FROM application JOIN application_record ON application_id = id WHERE remote IN"
    )
    return {remote: Known(*rest) for remote, *rest in _among(tx, query, digests)}


def by_ids(tx: Tx, applications: Collection[str]) -> dict[str, Known]:
    """Return these applications."""
    query = (
        "SELECT id, person_id, batch_id, content, sealed"
        " FROM application JOIN application_record ON application_id = id WHERE id IN"
    )
    found = (Known(*row) for row in _among(tx, query, applications))
    return {one.id: one for one in found}


def holders(tx: Tx, digests: Collection[bytes]) -> dict[bytes, list[str]]:
    """Return the people who have each of these blind indexes, in order."""
    query = "SELECT digest, person_id FROM blind_index WHERE digest IN"
    found: dict[bytes, list[str]] = {}
    for digest, person_id in sorted(_among(tx, query, digests)):
        found.setdefault(digest, []).append(person_id)
    return found


def of_people(tx: Tx, people: Collection[str]) -> dict[str, dict[str, bytes]]:
    """Return every record of these people: person, application, sealed; the oldest first."""
    query = (
        select(Application.person_id, Application.id, ApplicationRecord.sealed)
        .join(ApplicationRecord, col(ApplicationRecord.application_id) == col(Application.id))
        .where(col(Application.person_id).in_(people))
        .order_by(col(Application.applied_on), col(Application.id))
    )
    found: dict[str, dict[str, bytes]] = {}
    for person_id, application_id, sealed in tx.exec(query):
        found.setdefault(person_id, {})[application_id] = sealed
    return found


def profile_keys(tx: Tx, people: Collection[str]) -> dict[str, bytes | None]:
    """Return the wrapped profile key of each of these people, None where it was destroyed."""
    query = select(Person.id, Person.profile_key).where(col(Person.id).in_(people))
    return dict(tx.exec(query).all())


def jobs(tx: Tx, titles: Collection[str]) -> dict[str, tuple[str, str | None]]:
    """Return id and occupation of the jobs with these titles."""
    query = select(Job.title, Job.id, Job.occupation).where(col(Job.title).in_(titles))
    return {title: (job_id, occupation) for title, job_id, occupation in tx.exec(query)}


def interviewers(tx: Tx, digests: Collection[bytes]) -> dict[bytes, str]:
    """Return the ids of the interviewers under these digests."""
    query = select(Interviewer.digest, Interviewer.id).where(col(Interviewer.digest).in_(digests))
    return dict(tx.exec(query).all())


def add(tx: Tx, table: type[SQLModel], rows: Sequence[Values]) -> None:
    """Add rows of one table; every one has the same columns, and all that have no null.

    Words of an enumeration are to be plain texts: a driver takes those twice as fast.
    """
    if not rows:
        return
    tx.flush()
    connection = tx.connection()
    names = list(rows[0])
    target = sqlalchemy.table(str(table.__tablename__), *map(sqlalchemy.column, names))
    statement = sqlalchemy.insert(target).compile(dialect=connection.dialect)
    values = [*map(itemgetter(*names), rows)] if statement.positional else rows
    connection.exec_driver_sql(str(statement), values)


def _among(
    tx: Tx, query: str, values: Collection[bytes] | Collection[str]
) -> Sequence[sqlalchemy.Row[*tuple[Any, ...]]]:
    """Return the rows of *query*, which ends in IN, for all *values*."""
    if not values:
        return ()
    connection = tx.connection()
    mark = "?" if connection.dialect.positional else "%s"
    marks = ", ".join([mark] * len(values))
    return connection.exec_driver_sql(f"{query} ({marks})", tuple(values)).all()


def change(tx: Tx, application_id: str, values: Values) -> None:
    """Write new *values* over an application."""
    tx.execute(update(Application).where(col(Application.id) == application_id).values(**values))


def set_occupation(tx: Tx, job_id: str, occupation: str) -> None:
    """Note the occupation group of a job."""
    tx.execute(update(Job).where(col(Job.id) == job_id).values(occupation=occupation))


def drop_states(tx: Tx, people: Collection[str]) -> None:
    """Forget what was derived of these people, but for their blind indexes."""
    if not people:
        return
    for table in (Identity, Profile, Tag):
        tx.execute(delete(table).where(col(table.person_id).in_(people)))


def older(tx: Tx, people: Collection[str]) -> dict[str, list[Older]]:
    """Return the records of these people that imports replaced."""
    query = (
        select(Application.person_id, Change.batch_id, Application.id, Change.before)
        .join(Change, col(Change.application_id) == col(Application.id))
        .where(col(Application.person_id).in_(people), col(Change.before).is_not(None))
    )
    found: dict[str, list[Older]] = {}
    for person_id, batch_id, application_id, sealed in tx.exec(query):
        found.setdefault(person_id, []).append(Older(batch_id, application_id, sealed or b""))
    return found


def put_older(tx: Tx, older: Older) -> None:
    """Write a replaced record anew, under the key of whose it is now."""
    tx.execute(
        update(Change)
        .where(
            col(Change.batch_id) == older.batch_id,
            col(Change.application_id) == older.application_id,
        )
        .values(before=older.sealed)
    )


def indexes(tx: Tx, people: Collection[str]) -> dict[bytes, list[str]]:
    """Return the blind indexes of these people, and which of them has each."""
    query = select(BlindIndex.digest, BlindIndex.person_id)
    found: dict[bytes, list[str]] = {}
    for digest, person_id in tx.exec(query.where(col(BlindIndex.person_id).in_(people))):
        found.setdefault(digest, []).append(person_id)
    return found


def drop_applications(tx: Tx, applications: Collection[str]) -> None:
    """Forget these applications with all that hangs on them but letters."""
    if applications:
        drop_details(tx, applications)
        tx.execute(delete(Application).where(col(Application.id).in_(applications)))


def drop_indexes(tx: Tx, person_id: str, digests: Collection[bytes]) -> None:
    """Forget these blind indexes of a person."""
    tx.execute(
        delete(BlindIndex).where(
            col(BlindIndex.person_id) == person_id, col(BlindIndex.digest).in_(digests)
        )
    )


def put_index(tx: Tx, person_id: str, kind: str, digest: bytes) -> None:
    """Add a blind index to those of a person."""
    if tx.get(BlindIndex, (digest, person_id)) is None:
        tx.add(BlindIndex.new(digest=digest, person_id=person_id, kind=kind))
        tx.flush()


def drop_all_indexes(tx: Tx, person_id: str) -> None:
    """Forget every blind index of a person."""
    tx.execute(delete(BlindIndex).where(col(BlindIndex.person_id) == person_id))


def drop_people(tx: Tx, people: Collection[str]) -> set[str]:
    """Forget those of these people of whom nothing else tells, and return who they were.

    That is no letter, consent, request or merge.
    """
    if not people:
        return set()
    told = [select(table.person_id) for table in (Letter, Consent, Disclosure, Claim)]
    told.append(select(Merge.gone))
    query = select(Person.id).where(
        col(Person.id).in_(people), *(col(Person.id).not_in(those) for those in told)
    )
    gone = set(tx.exec(query))
    drop_states(tx, gone)
    for table in (BlindIndex, Block):
        tx.execute(delete(table).where(col(table.person_id).in_(gone)))
    for side in (NotSame.one, NotSame.other):
        tx.execute(delete(NotSame).where(col(side).in_(gone)))
    tx.execute(delete(Person).where(col(Person.id).in_(gone)))
    return gone


def drop_orphans(tx: Tx) -> None:
    """Forget the jobs that nobody applied to and the interviewers who rated nobody."""
    applied, rated = select(Application.job_id), select(StageEvent.interviewer_id)
    rated = rated.where(col(StageEvent.interviewer_id).is_not(None))
    tx.execute(delete(Job).where(col(Job.id).not_in(applied)))
    tx.execute(delete(Interviewer).where(col(Interviewer.id).not_in(rated)))


def drop_details(tx: Tx, applications: Collection[str]) -> None:
    """Forget stages and records of these applications."""
    if not applications:
        return
    for table in (StageEvent, ApplicationRecord):
        tx.execute(delete(table).where(col(table.application_id).in_(applications)))
