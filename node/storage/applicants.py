"""Named queries on applicants: their tags and lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select

from node.storage.database import Tx
from node.storage.tables.application import Application, Job
from node.storage.tables.person import Tag


@dataclass(frozen=True, slots=True)
class ListedApplicant:
    """One person in the list, by the newest application."""

    person_id: str
    job: str
    applied_on: str
    furthest: str
    ended_by: str | None
    hired: bool


def tag_counts(tx: Tx, families: Sequence[str]) -> list[tuple[str, str, int]]:
    """Return (family, value, people) for the tags of *families*."""
    query = (
        select(Tag.family, Tag.value, func.count())
        .where(col(Tag.family).in_(families))
        .group_by(col(Tag.family), col(Tag.value))
        .order_by(col(Tag.family), func.count().desc(), col(Tag.value))
    )
    return list(tx.exec(query).all())


def newest(
    tx: Tx, *, tag: tuple[str, str] | None, offset: int, limit: int
) -> list[ListedApplicant]:
    """Return a page of people, the latest applicant first; with one tag where it is given."""
    latest = (
        select(
            col(Application.id).label("id"),
            func.row_number()
            .over(
                partition_by=col(Application.person_id),
                order_by=(col(Application.applied_on).desc(), col(Application.id)),
            )
            .label("place"),
        )
    ).subquery()
    query = (
        select(Application, Job.title)
        .join(latest, latest.c.id == col(Application.id))
        .join(Job, col(Job.id) == col(Application.job_id))
        .where(latest.c.place == 1)
    )
    if tag is not None:
        tagged = select(Tag.person_id).where(Tag.family == tag[0], Tag.value == tag[1])
        query = query.where(col(Application.person_id).in_(tagged))
    order = (col(Application.applied_on).desc(), col(Application.id))
    return [
        ListedApplicant(
            person_id=row.person_id,
            job=title,
            applied_on=row.applied_on,
            furthest=row.furthest,
            ended_by=row.ended_by,
            hired=row.hired,
        )
        for row, title in tx.exec(query.order_by(*order).offset(offset).limit(limit))
    ]


def count(tx: Tx, *, tag: tuple[str, str] | None) -> int:
    """Return how many people there are, with one tag where it is given."""
    if tag is None:
        people = select(func.count(func.distinct(col(Application.person_id))))
        return tx.exec(people).one()
    tagged = select(func.count()).where(Tag.family == tag[0], Tag.value == tag[1])
    return tx.exec(tagged).one()
