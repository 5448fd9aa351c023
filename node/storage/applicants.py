"""Named queries on applicants: their tags and lists."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlmodel import col, func, select

from node.domain.letter_life import State
from node.domain.letters import LetterKind
from node.domain.recipients import Told
from node.domain.source import SELF_TOLD
from node.storage.database import Tx
from node.storage.tables.application import Application, Job
from node.storage.tables.consent import Consent
from node.storage.tables.letter import Letter
from node.storage.tables.person import Person, Tag
from node.storage.tables.record import ApplicationRecord
from protocol.consent_life import State as ConsentState
from protocol.taxonomy import EndedBy


@dataclass(frozen=True, slots=True)
class ListedApplicant:
    """One person in the list, by the newest application."""

    person_id: str
    application_id: str
    job: str
    applied_on: str
    furthest: str
    ended_by: str | None
    hired: bool
    future: str | None


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """The record of one application, sealed under its person's key."""

    person_id: str
    application_id: str
    sealed: bytes = field(repr=False)


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
        ).where(col(Application.source) != SELF_TOLD)
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
    found = tx.exec(query.order_by(*order).offset(offset).limit(limit))
    return [_listed(row, title) for row, title in found]


def unsaid(tx: Tx, *, offset: int, limit: int) -> list[ListedApplicant]:
    """Return a page of the rejections of which nobody said what comes next, the latest first."""
    query = (
        select(Application, Job.title)
        .join(Job, col(Job.id) == col(Application.job_id))
        .join(Person, col(Person.id) == col(Application.person_id))
        .where(*_UNSAID)
        .order_by(
            col(Application.ended_on).desc(),
            col(Application.applied_on).desc(),
            col(Application.id),
        )
    )
    return [_listed(row, title) for row, title in tx.exec(query.offset(offset).limit(limit))]


def count_unsaid(tx: Tx) -> int:
    """Return how many such rejections there are."""
    query = select(func.count()).select_from(Application).join(Person)
    return tx.exec(query.where(*_UNSAID)).one()


def applied(tx: Tx, people: Collection[str]) -> list[tuple[str, str, str]]:
    """Return (person, source, day) of every application of *people*."""
    query = select(Application.person_id, Application.source, Application.applied_on)
    return list(tx.exec(query.where(col(Application.person_id).in_(people))).all())


def days(tx: Tx) -> dict[str, int]:
    """Return the days of application, the first one first, with the records that are kept."""
    query = (
        select(Application.applied_on, func.count())
        .join(ApplicationRecord, col(ApplicationRecord.application_id) == col(Application.id))
        .join(Person, col(Person.id) == col(Application.person_id))
        .where(col(Person.profile_key).is_not(None))
        .group_by(col(Application.applied_on))
        .order_by(col(Application.applied_on))
    )
    return dict(tx.exec(query).all())


def records_of_day(tx: Tx, day: str) -> list[SealedRecord]:
    """Return the sealed records of the applications of a day."""
    query = (
        select(Application.person_id, Application.id, ApplicationRecord.sealed)
        .join(ApplicationRecord, col(ApplicationRecord.application_id) == col(Application.id))
        .where(Application.applied_on == day)
    )
    return [SealedRecord(*row) for row in tx.exec(query)]


def consenting(tx: Tx, people: Collection[str]) -> set[str]:
    """Return those of *people* whose consent stands."""
    query = select(Consent.person_id).where(
        col(Consent.person_id).in_(people), Consent.state == ConsentState.GIVEN
    )
    return set(tx.exec(query))


def ever_asked(tx: Tx, people: Collection[str]) -> set[str]:
    """Return those of *people* to whom a letter went that asks about the relay."""
    query = select(Letter.person_id).where(
        col(Letter.person_id).in_(people),
        col(Letter.template).in_((LetterKind.RELAY, LetterKind.OFFER, LetterKind.REQUESTED)),
        col(Letter.state).in_((State.SENDING, State.SENT)),
    )
    return set(tx.exec(query))


def count(tx: Tx, *, tag: tuple[str, str] | None) -> int:
    """Return how many people there are, with one tag where it is given."""
    if tag is None:
        people = select(func.count(func.distinct(col(Application.person_id)))).where(
            col(Application.source) != SELF_TOLD
        )
        return tx.exec(people).one()
    tagged = select(func.count()).where(Tag.family == tag[0], Tag.value == tag[1])
    return tx.exec(tagged).one()


# What was rejected before the node was here is history, and who was erased is nobody.
_UNSAID = (
    col(Application.ended_by) == EndedBy.ORG,
    col(Application.told) == Told.HERE,
    col(Application.future).is_(None),
    col(Person.profile_key).is_not(None),
)


def _listed(row: Application, job: str) -> ListedApplicant:
    return ListedApplicant(
        person_id=row.person_id,
        application_id=row.id,
        job=job,
        applied_on=row.applied_on,
        furthest=row.furthest,
        ended_by=row.ended_by,
        hired=row.hired,
        future=row.future,
    )
