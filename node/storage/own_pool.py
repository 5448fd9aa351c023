"""Named queries on past applicants of this company, and on the invitations they got."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy
from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import col, func, or_, select

from node.domain.letter_life import State
from node.domain.matching import LiveToken
from node.domain.recipients import Scope
from node.domain.source import SELF_TOLD
from node.i18n import from_seconds, local_day
from node.storage.database import Tx
from node.storage.tables.application import Application, Job
from node.storage.tables.consent import Consent
from node.storage.tables.letter import Letter
from node.storage.tables.person import BlindIndex, Profile, Suppression
from node.storage.tables.reinvitation import Reinvitation
from protocol.taxonomy import EndedBy, Route

_GONE = (State.CONFIRMED, State.SENDING, State.SENT)


@dataclass(frozen=True, slots=True)
class Past:
    """The newest rejected application of a person who may be contacted.

    *values* are what an opening is compared with, under the person's id.
    """

    person_id: str
    application_id: str
    job: str
    medium: str | None
    applied_on: str
    furthest: str
    future: str | None
    values: LiveToken


@dataclass(frozen=True, slots=True)
class Invited:
    """One invitation that went out or is about to; *at* is Unix seconds."""

    letter_id: str
    person_id: str
    opening_id: str
    at: int


def pool(tx: Tx, *, today: str, person_id: str | None = None) -> list[Past]:
    """Return the past applicants whose retention and word allow contact, by person.

    Only people whom the company itself rejected, who run in no selection and are not
    hired, and who came by no agency, whose contract keeps its people to itself.
    """
    other = aliased(Application)
    is_busy = exists().where(
        col(other.person_id) == col(Application.person_id),
        or_(col(other.hired).is_(True), col(other.ended_by).is_(None)),
    )
    never = (
        select(BlindIndex.person_id)
        .join(Suppression, col(Suppression.digest) == col(BlindIndex.digest))
        .where(col(Suppression.scope).in_((Scope.ASK, Scope.ERASED)))
    )
    query = (
        sqlalchemy.select(
            col(Application.person_id),
            col(Application.id),
            col(Job.title),
            col(Application.medium),
            col(Application.applied_on),
            col(Application.furthest),
            col(Application.future),
            col(Profile.region),
            col(Profile.occupation),
            col(Profile.years),
            col(Profile.stage),
            col(Profile.skills),
        )
        .join(Job, col(Job.id) == col(Application.job_id))
        .join(Profile, col(Profile.person_id) == col(Application.person_id))
        .where(
            col(Application.ended_by) == EndedBy.ORG,
            col(Application.route) != Route.AGENCY,
            col(Application.source) != SELF_TOLD,
            col(Application.may_mail).is_(True),
            col(Profile.retained_until) >= today,
            ~is_busy,
            col(Application.person_id).not_in(never),
        )
        .order_by(col(Application.applied_on), col(Application.id))
    )
    if person_id is not None:
        query = query.where(col(Application.person_id) == person_id)
    newest = {row[0]: _past(*row) for row in tx.execute(query)}
    return [newest[key] for key in sorted(newest)]


def invitations(tx: Tx, people: Collection[str]) -> list[Invited]:
    """Return every invitation of *people* that went out or is about to."""
    query = (
        select(Reinvitation, Letter)
        .join(Letter, col(Letter.id) == col(Reinvitation.letter_id))
        .where(col(Letter.state).in_(_GONE), col(Reinvitation.person_id).in_(people))
        .order_by(col(Letter.queued_at), col(Letter.id))
    )
    return [
        Invited(row.letter_id, row.person_id, row.opening_id, letter.sent_at or letter.not_before)
        for row, letter in tx.exec(query)
    ]


def last_acts(tx: Tx, people: Collection[str]) -> dict[str, date]:
    """Return the day on which each of *people* last applied, consented or opened a letter."""
    applied = (
        select(Application.person_id, func.max(Application.applied_on))
        .where(col(Application.person_id).in_(people))
        .group_by(col(Application.person_id))
    )
    found = {person_id: date.fromisoformat(day) for person_id, day in tx.exec(applied)}
    consented = (
        select(Consent.person_id, func.max(Consent.given_at))
        .where(col(Consent.person_id).in_(people))
        .group_by(col(Consent.person_id))
    )
    opened = (
        select(Letter.person_id, func.max(Letter.opened_at))
        .where(col(Letter.person_id).in_(people), col(Letter.opened_at).is_not(None))
        .group_by(col(Letter.person_id))
    )
    for query in (consented, opened):
        for person_id, at in tx.exec(query):
            found[person_id] = max(found[person_id], local_day(from_seconds(at or 0)))
    return found


def put(tx: Tx, reinvitation: Reinvitation) -> None:
    """Keep which opening a letter invites to."""
    tx.add(reinvitation)
    tx.flush()


def of_letter(tx: Tx, letter_id: str) -> Reinvitation | None:
    """Return what a letter invites to."""
    return tx.get(Reinvitation, letter_id)


def application_of(tx: Tx, letter_id: str) -> str | None:
    """Return the earlier application that an invitation names, None for other letters."""
    row = tx.get(Reinvitation, letter_id)
    return None if row is None else row.application_id


def applications_of_invited(tx: Tx) -> list[tuple[Application, int]]:
    """Return the applications of invited people, with when each invitation went out.

    Those by an agency are not among them: its contract says who brought the person.
    """
    query = (
        select(Application, Letter.sent_at)
        .join(Reinvitation, col(Reinvitation.person_id) == col(Application.person_id))
        .join(Letter, col(Letter.id) == col(Reinvitation.letter_id))
        .where(
            Letter.state == State.SENT,
            col(Application.route).not_in((Route.AGENCY, Route.OWN_POOL)),
        )
        .order_by(col(Application.id))
    )
    return [(row, sent_at or 0) for row, sent_at in tx.exec(query)]


def _past(
    person_id: str,
    application_id: str,
    job: str,
    medium: str | None,
    applied_on: str,
    furthest: str,
    future: str | None,
    region: str | None,
    occupation: str | None,
    years: str | None,
    stage: str | None,
    skills: str,
) -> Past:
    values = LiveToken(
        id=person_id,
        region=region,
        occupation=occupation,
        years=years,
        stage=stage,
        skills=frozenset(skills.split()),
    )
    return Past(person_id, application_id, job, medium, applied_on, furthest, future, values)
