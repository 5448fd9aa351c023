"""Introductions: the people who accepted, sealed, and what came of them (PROTOCOL 3 and 6)."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from crypto import aead
from node.clock import Clock, day_of, seconds
from node.domain import business_days
from node.i18n import local_day
from node.services.errors import NoSuchRecordError, NothingToDoError
from node.services.outbox import Outbox
from node.storage import openings, proposals
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.opening import Introduction
from node.storage.vault import Vault
from protocol import introduction_life
from protocol.day import add_days
from protocol.identifiers import MemberId
from protocol.identity import Identity
from protocol.introduction_life import State
from protocol.membership import LocalName
from protocol.messages.outcome import EVENT_OF, Outcome, OutcomeReport

CONTACT_DAYS: Final = 5  # working days in which an introduced person hears from the company


@dataclass(frozen=True, slots=True)
class IntroductionView:
    """One introduction without the person."""

    id: str
    title: str
    company: LocalName
    received_at: datetime
    contact_by: date
    keep_until: date
    state: State
    marked_at: datetime | None
    may_report: bool


@dataclass(frozen=True, slots=True)
class OpenedIntroduction:
    """One introduction with the person, for a recruiter who is logged in."""

    view: IntroductionView
    identity: Identity | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Introductions:
    """Shows, marks and in the end erases the people who were introduced."""

    db: Database
    clock: Clock
    vault: Vault
    members: Members
    outbox: Outbox

    def every(self) -> list[IntroductionView]:
        """Return every introduction, the newest first."""
        with self.db.read() as tx:
            return [self._view(tx, row) for row in proposals.introductions(tx)]

    def get(self, introduction_id: str) -> OpenedIntroduction:
        """Return one introduction with the person; None after the retention.

        Raises:
            NoSuchRecordError: there is none of that id.
        """
        with self.db.read() as tx:
            row = _row(tx, introduction_id)
            return OpenedIntroduction(self._view(tx, row), _opened(self.vault, row))

    def mark(self, introduction_id: str, outcome: Outcome) -> State:
        """Record what came of it; tell the origin where the person allowed that.

        Raises:
            NoSuchRecordError: there is none of that id.
            NothingToDoError: it was marked in a way that excludes this.
        """
        now = self.clock.now()
        with self.db.begin() as tx:
            row = _row(tx, introduction_id)
            event, state = EVENT_OF[outcome], State(row.status)
            if event not in introduction_life.TRANSITIONS[state]:
                raise NothingToDoError("marked in another way already")
            state = introduction_life.advance(state, event)
            row.status, row.marked_at = state, seconds(now)
            if row.report:
                self.outbox.put(
                    tx,
                    MemberId(row.member),
                    OutcomeReport(result=outcome),
                    ref=row.id,
                    exp=self.outbox.end(),
                )
            return state

    def erase_due(self) -> int:
        """Destroy the identities whose retention is over; return how many."""
        with self.db.begin() as tx:
            over = proposals.kept_before(tx, day_of(self.clock.now()))
            for row in over:
                row.key = row.sealed = None
        if over:
            self.db.forget()
        return len(over)

    def _view(self, tx: Tx, row: Introduction) -> IntroductionView:
        opening = openings.get(tx, row.opening_id)
        received = datetime.fromtimestamp(row.received_at, UTC)
        marked = None if row.marked_at is None else datetime.fromtimestamp(row.marked_at, UTC)
        return IntroductionView(
            id=row.id,
            title="" if opening is None else opening.title,
            company=self.members.directory(tx).member(row.member).name,
            received_at=received,
            contact_by=business_days.after(local_day(received), CONTACT_DAYS),
            keep_until=date.fromisoformat(row.keep_until),
            state=State(row.status),
            marked_at=marked,
            may_report=row.report,
        )


def introduce(
    tx: Tx,
    vault: Vault,
    *,
    proposal_id: str,
    opening_id: str,
    member: str,
    identity: Identity,
    retention_days: int,
    report: bool,
    now: datetime,
) -> None:
    """Keep a person who was revealed, sealed under a key of its own."""
    key = aead.new_key()
    proposals.put_introduction(
        tx,
        Introduction.new(
            id=proposal_id,
            opening_id=opening_id,
            member=member,
            key=vault.seal_own(f"introduction/{proposal_id}", key),
            sealed=aead.seal(key, identity.canonical(), _place(proposal_id)),
            received_at=seconds(now),
            keep_until=add_days(day_of(now), retention_days),
            status=State.NEW,
            report=report,
        ),
    )


def _opened(vault: Vault, row: Introduction) -> Identity | None:
    if row.key is None or row.sealed is None:
        return None
    key = vault.open_own(f"introduction/{row.id}", row.key)
    return Identity.parse(aead.open_sealed(key, row.sealed, _place(row.id)))


def _row(tx: Tx, introduction_id: str) -> Introduction:
    row = proposals.introduction(tx, introduction_id)
    if row is None:
        raise NoSuchRecordError("no such introduction")
    return row


def _place(introduction_id: str) -> bytes:
    return f"identity/{introduction_id}".encode()
