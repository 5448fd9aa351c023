"""Named queries on people who may be one, on those who were merged and those kept apart."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, delete, func, or_, select

from node.domain.letter_life import UNSENT
from node.storage.database import Tx
from node.storage.tables.application import Application, Job
from node.storage.tables.duplicate import Merge, MergePart, NotSame
from node.storage.tables.letter import Letter, Link
from node.storage.tables.person import BlindIndex
from node.storage.tables.reinvitation import Reinvitation

# A number that more people share is that of a house or a school, and says nothing.
MOST_HOLDERS: Final = 10
# The step of what a source merged: nobody here decided it, so nobody here undoes it.
BY_SOURCE: Final = "source"


def pairs(tx: Tx, kinds: Collection[str], *, limit: int) -> list[tuple[str, str, frozenset[str]]]:
    """Return pairs of people who share blind indexes and were not kept apart, and which kinds."""
    one, other = aliased(BlindIndex), aliased(BlindIndex)
    shared = (
        select(BlindIndex.digest)
        .where(col(BlindIndex.kind).in_(kinds))
        .group_by(col(BlindIndex.digest))
        .having(func.count().between(2, MOST_HOLDERS))
    )
    apart = and_(col(NotSame.one) == col(one.person_id), col(NotSame.other) == col(other.person_id))
    query = (
        select(one.person_id, other.person_id, func.aggregate_strings(col(one.kind), " "))
        .join(other, col(other.digest) == col(one.digest))
        .outerjoin(NotSame, apart)
        .where(
            col(one.digest).in_(shared),
            col(one.person_id) < col(other.person_id),
            col(NotSame.one).is_(None),
        )
        .group_by(col(one.person_id), col(other.person_id))
        .order_by(col(one.person_id), col(other.person_id))
        .limit(limit)
    )
    return [(first, second, frozenset(found.split())) for first, second, found in tx.exec(query)]


def keep_apart(tx: Tx, one: str, other: str, *, step: str, at: int) -> None:
    """Note that two people are not one."""
    first, second = sorted((one, other))
    if tx.get(NotSame, (first, second)) is None:
        tx.add(NotSame.new(one=first, other=second, step=step, at=at))
        tx.flush()


def rejoin(tx: Tx, step: str) -> None:
    """Forget which people a step kept apart."""
    tx.execute(delete(NotSame).where(col(NotSame.step) == step))


def is_apart(tx: Tx, step: str) -> bool:
    """Tell whether a step kept people apart."""
    return tx.exec(select(NotSame.one).where(NotSame.step == step).limit(1)).first() is not None


def inherit(tx: Tx, gone: str, keeper: str) -> None:
    """Keep from *keeper* whoever was kept apart from *gone*."""
    query = select(NotSame).where(or_(NotSame.one == gone, NotSame.other == gone))
    for row in list(tx.exec(query)):
        other = row.other if row.one == gone else row.one
        tx.delete(row)
        tx.flush()
        if other != keeper:
            keep_apart(tx, keeper, other, step=row.step, at=row.at)


def latest(tx: Tx) -> tuple[str, int, int] | None:
    """Return the last step, and how many pairs it merged and kept apart."""
    steps = [
        tx.exec(
            select(table.at, table.step)
            .where(col(table.step) != BY_SOURCE)
            .order_by(col(table.at).desc())
            .limit(1)
        ).first()
        for table in (Merge, NotSame)
    ]
    found = max((one for one in steps if one is not None), default=None)
    if found is None:
        return None
    counts = [
        tx.exec(select(func.count()).select_from(table).where(col(table.step) == found[1])).one()
        for table in (Merge, NotSame)
    ]
    return found[1], counts[0], counts[1]


def newest_application(tx: Tx, person_id: str) -> tuple[str, str] | None:
    """Return job and day of a person's latest application."""
    query = (
        select(Job.title, Application.applied_on)
        .join(Application, col(Application.job_id) == col(Job.id))
        .where(Application.person_id == person_id)
        .order_by(col(Application.applied_on).desc(), col(Application.id))
    )
    return tx.exec(query.limit(1)).first()


def merges_of(tx: Tx, step: str) -> list[Merge]:
    """Return what a step on this node's pages merged."""
    query = select(Merge).where(Merge.step == step, Merge.step != BY_SOURCE)
    return list(tx.exec(query))


def add_merge(tx: Tx, merge: Merge, applications: Collection[str]) -> None:
    """Keep what was merged, and let the letters of who is gone go to the keeper."""
    letters = list(tx.exec(select(Letter.id).where(Letter.person_id == merge.gone)))
    tx.add(merge)
    tx.flush()
    for kind, refs in (("application", applications), ("letter", letters)):
        tx.add_all(MergePart.new(merge_id=merge.id, ref=ref, kind=kind) for ref in refs)
    tx.flush()
    move_letters(tx, letters, merge.keeper)


def parts(tx: Tx, merge_id: str, kind: str) -> list[str]:
    """Return what went over to the keeper in a merge."""
    query = select(MergePart.ref).where(MergePart.merge_id == merge_id, MergePart.kind == kind)
    return list(tx.exec(query.order_by(col(MergePart.ref))))


def owners(tx: Tx, applications: Collection[str]) -> dict[str, str]:
    """Return whose these applications are now; those that are gone are left out."""
    query = select(Application.id, Application.person_id)
    return dict(tx.exec(query.where(col(Application.id).in_(applications))).all())


def move_letters(tx: Tx, letters: Collection[str], person_id: str) -> None:
    """Let letters and their links be a person's; a statement begun behind one is void."""
    tx.execute(update(Letter).where(col(Letter.id).in_(letters)).values(person_id=person_id))
    tx.execute(
        update(Link).where(col(Link.letter_id).in_(letters)).values(person_id=person_id, draft=None)
    )
    tx.execute(
        update(Reinvitation)
        .where(col(Reinvitation.letter_id).in_(letters))
        .values(person_id=person_id)
    )


def unsent_for(tx: Tx, applications: Collection[str]) -> list[str]:
    """Return the letters about these applications that nobody has."""
    query = select(Letter.id).where(
        col(Letter.application_id).in_(applications), col(Letter.state).in_(UNSENT)
    )
    return list(tx.exec(query))


def drop_merge(tx: Tx, merge: Merge) -> None:
    """Forget a merge that was undone."""
    tx.execute(delete(MergePart).where(col(MergePart.merge_id) == merge.id))
    tx.delete(merge)
    tx.flush()
