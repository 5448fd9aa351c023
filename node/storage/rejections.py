"""Named queries on the applications that call for a letter, and on groups of letters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy
from sqlalchemy import ColumnElement, update
from sqlmodel import col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from node.domain.letter_life import State
from node.domain.letters import Answer, LetterKind
from node.domain.recipients import Scope, Told
from node.domain.source import SELF_TOLD
from node.storage.database import Tx
from node.storage.letters import HELD
from node.storage.tables.application import Application, Job, StageEvent
from node.storage.tables.dispatch import CheckedMedium
from node.storage.tables.letter import Letter
from node.storage.tables.person import BlindIndex, Person, Suppression
from protocol.taxonomy import Route

_ASKING = (LetterKind.RELAY, LetterKind.OFFER, LetterKind.REQUESTED)


@dataclass(frozen=True, slots=True)
class Rejection:
    """One application that the company rejected, with what decides about its letter."""

    application: Application
    job: str
    letter: Letter | None
    is_medium_checked: bool
    is_running: bool
    is_hired: bool
    has_declined: bool
    is_never_asked: bool
    was_asked: bool


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A rejection that is seen for the first time; days are ISO dates."""

    id: str
    source: str
    ended_on: str | None
    applied_on: str
    last_stage_on: str | None
    was_open: bool


_IS_NEWLY_OPEN: Final = (
    col(Application.ended_by).is_(None)
    & col(Application.hired).is_(False)
    & col(Application.was_open).is_(False)
)
_IS_REOPENED: Final = col(Application.told).is_not(None) & col(
    Application.ended_by
).is_distinct_from("org")
_IS_UNJUDGED: Final = (col(Application.ended_by) == "org") & col(Application.told).is_(None)
_IS_QUEUED: Final = (col(Letter.state) == State.QUEUED) & (col(Letter.kind) == LetterKind.REJECTION)


def are_news(tx: Tx) -> bool:
    """Tell whether an application opened, opened again, or ended and was not judged yet."""
    query = select(Application.id).where(or_(_IS_NEWLY_OPEN, _IS_REOPENED, _IS_UNJUDGED))
    return tx.exec(query.limit(1)).first() is not None


def note_open(tx: Tx) -> None:
    """Remember which applications are open, and forget what was judged of those reopened."""
    tx.execute(update(Application).where(_IS_NEWLY_OPEN).values(was_open=True))
    tx.execute(update(Application).where(_IS_REOPENED).values(told=None))


def unjudged(tx: Tx, *, limit: int) -> list[Unjudged]:
    """Return rejections of which is not known yet who tells them."""
    last = (
        select(func.max(StageEvent.held_on))
        .where(col(StageEvent.application_id) == col(Application.id))
        .scalar_subquery()
    )
    query = (
        sqlalchemy.select(
            col(Application.id),
            col(Application.source),
            col(Application.ended_on),
            col(Application.applied_on),
            last,
            col(Application.was_open),
        )
        .where(_IS_UNJUDGED)
        .limit(limit)
    )
    return [Unjudged(*row) for row in tx.execute(query)]


def judge(tx: Tx, applications: Collection[str], told: Told) -> None:
    """Note who tells these rejections."""
    query = update(Application).where(col(Application.id).in_(applications))
    tx.execute(query.values(told=str(told)))


def judge_batch(tx: Tx, batch_id: str, told: Told) -> None:
    """Note who tells the rejections that an import wrote."""
    query = update(Application).where(
        col(Application.batch_id) == batch_id, col(Application.ended_by) == "org"
    )
    tx.execute(query.values(told=str(told)))


def told_elsewhere(tx: Tx, *, ended_before: str) -> int:
    """Return how many rejections were told elsewhere, or long ago, and have no letter."""
    is_old = (col(Application.told) == Told.HERE) & (col(Application.ended_on) < ended_before)
    query = (
        select(func.count())
        .select_from(Application)
        .outerjoin(Letter, col(Letter.application_id) == col(Application.id))
        .where(
            Application.ended_by == "org",
            Application.source != SELF_TOLD,
            or_(col(Application.told) == Told.ELSEWHERE, is_old),
            col(Letter.id).is_(None),
        )
    )
    return tx.exec(query).one()


def unlettered(tx: Tx, *, since: int, ended_since: str) -> list[Rejection]:
    """Return the rejections that this node tells and that have no letter yet, oldest first.

    Those before the day *ended_since* are history. Here and below, who was asked after
    Unix seconds *since* counts as asked.
    """
    is_new = col(Application.ended_on).is_(None) | (col(Application.ended_on) >= ended_since)
    which = col(Letter.id).is_(None) & (col(Application.told) == Told.HERE) & is_new
    return _rejections(tx, which, since=since)


def uninvited(tx: Tx, *, since: int) -> list[Rejection]:
    """Return rejections told elsewhere, one a person who never got an invitation."""
    invited = select(Letter.person_id).where(Letter.kind == LetterKind.OFFER)
    which = (
        col(Letter.id).is_(None)
        & (col(Application.told) == Told.ELSEWHERE)
        & col(Application.person_id).not_in(invited)
    )
    newest = {one.application.person_id: one for one in _rejections(tx, which, since=since)}
    return list(newest.values())


def queued(tx: Tx, *, since: int) -> list[Rejection]:
    """Return the rejections whose letter waits for a confirmation, oldest first."""
    return _rejections(tx, _IS_QUEUED, since=since)


def queued_of(tx: Tx, sources: Collection[str], *, since: int) -> list[Rejection]:
    """Return those of some sources."""
    return _rejections(tx, _IS_QUEUED & col(Application.source).in_(sources), since=since)


def of_letter(tx: Tx, letter: Letter, *, since: int) -> Rejection | None:
    """Return the rejected application of a letter, None where it is rejected no more."""
    found = _rejections(tx, col(Letter.id) == letter.id, since=since)
    return found[0] if found else None


def of_person(tx: Tx, person_id: str, *, since: int) -> list[Rejection]:
    """Return the rejections of one person, oldest first."""
    return _rejections(tx, col(Application.person_id) == person_id, since=since)


_IS_FOR_AGENCY: Final = (
    (col(Application.ended_by) == "org")
    & (col(Application.told) == Told.HERE)
    & (col(Application.route) == Route.AGENCY)
    # Who was erased has no name that an agency could be told.
    & col(Application.person_id).in_(select(Person.id).where(col(Person.profile_key).is_not(None)))
)


def for_agencies(tx: Tx) -> list[tuple[Application, str]]:
    """Return the rejections, with their jobs, that agencies are to be told, the newest first."""
    query = (
        select(Application, Job.title)
        .join(Job, col(Job.id) == col(Application.job_id))
        .where(_IS_FOR_AGENCY)
        .order_by(col(Application.applied_on).desc(), col(Application.id))
    )
    return list(tx.exec(query))


def count_for_agencies(tx: Tx) -> int:
    """Return how many they are."""
    return tx.exec(select(func.count()).where(_IS_FOR_AGENCY)).one()


def tell_agency(tx: Tx, applications: Collection[str]) -> None:
    """Note that agencies know of these; whatever else they are of stays."""
    query = update(Application).where(_IS_FOR_AGENCY, col(Application.id).in_(applications))
    tx.execute(query.values(told=str(Told.AGENCY)))


def stopped(tx: Tx, *, since: int) -> list[Letter]:
    """Return the letters that were stopped after Unix seconds *since*."""
    query = select(Letter).where(Letter.state == State.CANCELLED, col(Letter.stopped_at) > since)
    return list(tx.exec(query))


def held(tx: Tx, *states: str) -> list[Letter]:
    """Return the letters in these states that keep hours."""
    return list(
        tx.exec(select(Letter).where(col(Letter.state).in_(states), col(Letter.kind).in_(HELD)))
    )


def media(tx: Tx) -> list[tuple[str, int]]:
    """Return every medium by name with its rejections that are told here."""
    query = (
        select(Application.medium, func.count())
        .where(
            col(Application.medium).is_not(None),
            col(Application.route).in_(("media", "media_scout")),
            col(Application.told) == Told.HERE,
        )
        .group_by(col(Application.medium))
        .order_by(col(Application.medium))
    )
    return [(name or "", number) for name, number in tx.exec(query)]


def checked_media(tx: Tx) -> Sequence[CheckedMedium]:
    """Return the media whose terms were read."""
    return tx.exec(select(CheckedMedium)).all()


def _rejections(tx: Tx, which: ColumnElement[bool], *, since: int) -> list[Rejection]:
    query = (
        select(Application, Job.title, Letter)
        .join(Job, col(Job.id) == col(Application.job_id))
        .outerjoin(Letter, col(Letter.application_id) == col(Application.id))
        .where(Application.ended_by == "org", which)
        .order_by(col(Application.applied_on), col(Application.id))
    )
    rows = tx.exec(query).all()
    if not rows:
        return []  # as each tick finds; the groups below are of everybody
    checked = {one.name for one in checked_media(tx)}
    people = {application.person_id for application, _, _ in rows}
    groups = [set(tx.exec(group)) for group in _groups(people, since)]
    return [
        Rejection(
            application,
            job,
            letter,
            application.medium in checked,
            *(application.person_id in group for group in groups),
        )
        for application, job, letter in rows
    ]


def _groups(people: set[str], since: int) -> list[SelectOfScalar[str]]:
    """Return who is running, hired, declined, never asked, and asked lately, in this order."""
    never = (
        select(BlindIndex.person_id)
        .join(Suppression, col(Suppression.digest) == col(BlindIndex.digest))
        .where(Suppression.scope == Scope.ASK)
    )
    running = select(Application.person_id).where(
        col(Application.ended_by).is_(None), col(Application.hired).is_(False)
    )
    hired = select(Application.person_id).where(col(Application.hired).is_(True))
    declined = select(Letter.person_id).where(Letter.answer == Answer.DECLINED)
    asked = select(Letter.person_id).where(
        col(Letter.template).in_(_ASKING),
        col(Letter.state).in_((State.SENDING, State.SENT)),
        func.coalesce(Letter.sent_at, Letter.not_before) > since,
    )
    if len(people) != 1:
        return [running, hired, declined, never, asked]
    (person_id,) = people
    return [
        running.where(Application.person_id == person_id),
        hired.where(Application.person_id == person_id),
        declined.where(Letter.person_id == person_id),
        never.where(BlindIndex.person_id == person_id),
        asked.where(Letter.person_id == person_id),
    ]
