"""Use cases on the company's own openings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from crypto import canonical_json
from crypto.hashing import sha256
from node.clock import Clock, seconds
from node.domain.opening import OpeningDraft
from node.domain.requirement import Requirement
from node.services.errors import NoSuchRecordError, RefusedChoiceError
from node.storage import openings
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.opening import Opening
from protocol.directory import Directory
from protocol.identifiers import MemberId, new_id
from protocol.terms import Employer, Terms


@dataclass(frozen=True, slots=True)
class OpeningView:
    """One opening as pages and verbs show it."""

    id: str
    draft: OpeningDraft
    created_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class Openings:
    """What the company looks for, with the working conditions that it offers."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId

    def add(self, drafts: Iterable[OpeningDraft]) -> list[str]:
        """Add openings, all of them or none; return their ids.

        Raises:
            RefusedChoiceError: the working conditions name another employer.
            UntrustedError: this node belongs to no consortium yet.
        """
        now = seconds(self.clock.now())
        with self.db.begin() as tx:
            directory = self.members.directory(tx)
            rows = [_row(draft, now) for draft in drafts]
            for row in rows:
                check_employer(directory, self.me, draft_of(row).terms.employer)
                openings.put(tx, row)
            return [row.id for row in rows]

    def close(self, opening_id: str) -> None:
        """Make no more proposals for an opening; those that are open go on.

        Raises:
            NoSuchRecordError: there is none of that id.
        """
        with self.db.begin() as tx:
            opening_of(tx, opening_id).is_open = False

    def employer(self) -> Employer:
        """Return the own company, as the consortium names it.

        Raises:
            UntrustedError: this node belongs to no consortium yet.
        """
        with self.db.read() as tx:
            own = self.members.directory(tx).member(self.me)
        return Employer(corporate_number=own.corporate_number, name=own.name.ja)

    def every(self) -> list[OpeningView]:
        """Return every opening, the newest first."""
        with self.db.read() as tx:
            return [_view(row) for row in openings.every(tx)]

    def get(self, opening_id: str) -> OpeningView:
        """Return one opening.

        Raises:
            NoSuchRecordError: there is none of that id.
        """
        with self.db.read() as tx:
            return _view(opening_of(tx, opening_id))


def opening_of(tx: Tx, opening_id: str) -> Opening:
    """Return the row of an opening.

    Raises:
        NoSuchRecordError: there is none of that id.
    """
    row = openings.get(tx, opening_id)
    if row is None:
        raise NoSuchRecordError("no such opening")
    return row


def draft_of(row: Opening) -> OpeningDraft:
    """Return what the recruiter wrote."""
    return OpeningDraft(
        title=row.title,
        requirement=Requirement.from_json(canonical_json.loads(row.requirement)),
        terms=Terms.parse(row.terms),
        purpose=row.purpose,
        retention_days=row.retention_days,
    )


def job_digest(row: Opening) -> bytes:
    """Return the digest of an opening, by which a proposal names it."""
    draft = draft_of(row)
    return sha256(
        canonical_json.dumps(
            {
                "id": row.id,
                "title": draft.title,
                "requirement": draft.requirement.to_json(),
                "terms": draft.terms.to_json(),
                "purpose": draft.purpose,
                "retention": draft.retention_days,
            }
        )
    )


def check_employer(directory: Directory, me: MemberId, employer: Employer) -> None:
    """Return if this node may propose for *employer* (PROTOCOL 6, blocks).

    Raises:
        RefusedChoiceError: it is another company, and this node is no agency.
    """
    own = directory.member(me).corporate_number
    if employer.corporate_number != own and directory.descriptor(me).legal_mode != "agency":
        raise RefusedChoiceError("employer", "only an agency proposes for another company")


def _row(draft: OpeningDraft, now: int) -> Opening:
    return Opening.new(
        id=new_id(),
        title=draft.title,
        requirement=canonical_json.dumps(draft.requirement.to_json()),
        terms=draft.terms.canonical(),
        purpose=draft.purpose,
        retention_days=draft.retention_days,
        created_at=now,
    )


def _view(row: Opening) -> OpeningView:
    created = datetime.fromtimestamp(row.created_at, UTC)
    return OpeningView(row.id, draft_of(row), created, row.is_open)
