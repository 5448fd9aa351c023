"""Named queries on past applicants of this company, and on the invitations they got."""

from dataclasses import dataclass

from sqlalchemy.orm import aliased
from sqlmodel import col, func, or_, select

from node.domain.letter_life import State
from node.domain.letters import LetterKind
from node.domain.recipients import Scope
from node.domain.source import SELF_TOLD
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
    """The newest rejected application of a person who may be contacted."""

    person_id: str
    application_id: str
    job: str
    applied_on: str
    furthest: str
    future: str | None
    profile: Profile


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
    busy = select(other.person_id).where(
        or_(col(other.hired).is_(True), col(other.ended_by).is_(None))
    )
    never = (
        select(BlindIndex.person_id)
        .join(Suppression, col(Suppression.digest) == col(BlindIndex.digest))
        .where(col(Suppression.scope).in_((Scope.ASK, Scope.ERASED)))
    )
    query = (
        select(Application, Job.title, Profile)
        .join(Job, col(Job.id) == col(Application.job_id))
        .join(Profile, col(Profile.person_id) == col(Application.person_id))
        .where(
            Application.ended_by == EndedBy.ORG,
            Application.route != Route.AGENCY,
            Application.source != SELF_TOLD,
            col(Application.may_mail).is_(True),
            col(Profile.retained_until) >= today,
            col(Application.person_id).not_in(busy),
            col(Application.person_id).not_in(never),
        )
        .order_by(col(Application.applied_on), col(Application.id))
    )
    if person_id is not None:
        query = query.where(Application.person_id == person_id)
    newest = {
        row.person_id: Past(
            row.person_id, row.id, job, row.applied_on, row.furthest, row.future, profile
        )
        for row, job, profile in tx.exec(query)
    }
    return [newest[key] for key in sorted(newest)]


def invitations(tx: Tx) -> list[Invited]:
    """Return every invitation that went out or is about to."""
    query = (
        select(Reinvitation, Letter)
        .join(Letter, col(Letter.id) == col(Reinvitation.letter_id))
        .where(col(Letter.state).in_(_GONE))
        .order_by(col(Letter.queued_at), col(Letter.id))
    )
    return [
        Invited(row.letter_id, row.person_id, row.opening_id, letter.sent_at or letter.not_before)
        for row, letter in tx.exec(query)
    ]


def last_acts(tx: Tx) -> dict[str, int]:
    """Return when each person last consented or opened a letter, in Unix seconds."""
    found: dict[str, int] = {}
    consented = select(Consent.person_id, func.max(Consent.given_at)).group_by(
        col(Consent.person_id)
    )
    opened = (
        select(Letter.person_id, func.max(Letter.opened_at))
        .where(col(Letter.opened_at).is_not(None))
        .group_by(col(Letter.person_id))
    )
    for query in (consented, opened):
        for person_id, at in tx.exec(query):
            found[person_id] = max(at or 0, found.get(person_id, 0))
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
        .join(Letter, col(Letter.person_id) == col(Application.person_id))
        .where(
            Letter.kind == LetterKind.REINVITATION,
            Letter.state == State.SENT,
            col(Application.route).not_in((Route.AGENCY, Route.OWN_POOL)),
        )
        .order_by(col(Application.id))
    )
    return [(row, sent_at or 0) for row, sent_at in tx.exec(query)]
