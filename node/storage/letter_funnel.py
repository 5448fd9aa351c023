"""Named queries on what became of letters, and on who got none."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, select, update

from node.domain.letter_funnel import Fate, Version
from node.domain.letter_life import State
from node.domain.letters import Answer, LetterKind
from node.domain.recipients import Told
from node.storage.database import Tx
from node.storage.tables.application import Application, Batch, Job
from node.storage.tables.bounce import Bounce
from node.storage.tables.consent import Consent
from node.storage.tables.letter import Letter
from protocol.consent_life import State as Consented
from protocol.taxonomy import EndedBy, Route

_COUNTED = (
    LetterKind.REJECTION,
    LetterKind.RELAY,
    LetterKind.REQUESTED,
    LetterKind.OFFER,
    LetterKind.LINK,
    LetterKind.REINVITATION,
)


@dataclass(frozen=True, slots=True)
class Untold:
    """A rejected application without a letter that arrived; *ended_on* is an ISO date."""

    application_id: str
    person_id: str
    source: str
    job: str
    ended_on: str | None
    imported_at: int
    letter: str | None  # the state of its letter


def note_opened(tx: Tx, letter_id: str, *, now: int) -> None:
    """Note that the code of a letter was typed; the first time counts."""
    tx.exec(
        update(Letter)
        .where(col(Letter.id) == letter_id, col(Letter.opened_at).is_(None))
        .values(opened_at=now)
    )


def newest(tx: Tx, people: Collection[str]) -> Letter | None:
    """Return the last letter of the counted kinds that was sent to one of *people*."""
    query = select(Letter).where(
        col(Letter.person_id).in_(people),
        Letter.state == State.SENT,
        col(Letter.template).in_(_COUNTED),
    )
    return tx.exec(query.order_by(col(Letter.sent_at).desc(), col(Letter.id)).limit(1)).first()


def fates(tx: Tx) -> list[Fate]:
    """Return every letter of the counted kinds that was sent."""
    query = (
        select(Letter, Bounce.letter_id)
        .outerjoin(Bounce, col(Bounce.letter_id) == col(Letter.id))
        .where(Letter.state == State.SENT, col(Letter.template).in_(_COUNTED))
    )
    newest = select(Consent.letter_id, Consent.state).order_by(col(Consent.given_at))
    consents = dict(tx.exec(newest).all())
    return [
        Fate(
            person=letter.person_id,
            version=Version(
                letter.template,
                letter.version or "",
                letter.language,
                letter.ref if letter.kind == LetterKind.REQUESTED else None,
            ),
            sent_at=letter.sent_at or letter.queued_at,
            is_bounced=came_back is not None,
            is_opened=letter.opened_at is not None,
            answer=None if letter.answer is None else Answer(letter.answer),
            has_consented=letter.id in consents,
            has_withdrawn=consents.get(letter.id) == Consented.WITHDRAWN,
            has_complained=letter.complained_at is not None,
        )
        for letter, came_back in tx.exec(query)
    ]


def untold(tx: Tx) -> list[Untold]:
    """Return the rejections that this company tells and that no letter surely arrived for."""
    gone = (
        select(Letter.application_id)
        .outerjoin(Bounce, col(Bounce.letter_id) == col(Letter.id))
        .where(
            col(Letter.application_id).is_not(None),
            Letter.state == State.SENT,
            col(Bounce.letter_id).is_(None),
        )
    )
    query = (
        select(Application, Job.title, Batch.started, Letter.state)
        .join(Job, col(Job.id) == col(Application.job_id))
        .join(Batch, col(Batch.id) == col(Application.batch_id))
        .outerjoin(Letter, col(Letter.application_id) == col(Application.id))
        .where(
            Application.ended_by == EndedBy.ORG,
            Application.route != Route.AGENCY,
            col(Application.told).is_distinct_from(str(Told.ELSEWHERE)),
            col(Application.id).not_in(gone),
        )
        .order_by(col(Application.ended_on), col(Application.id))
    )
    return [
        Untold(row.id, row.person_id, row.source, job, row.ended_on, imported_at, state)
        for row, job, imported_at, state in tx.exec(query)
    ]
