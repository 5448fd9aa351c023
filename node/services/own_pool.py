"""The own pool: past applicants of this company for its new openings (DOMAIN A4, A27)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from node.clock import Clock, seconds
from node.domain.hold import Hold, goes_at
from node.domain.letters import LetterKind
from node.i18n import from_seconds, local_day
from node.services.errors import HeadCountError, NothingToDoError
from node.services.letters import Letters
from node.services.openings import opening_of
from node.services.reinvitations import Candidate, Reinvitations
from node.storage import own_pool
from node.storage.database import Database
from node.storage.tables.letter import Letter
from node.storage.tables.reinvitation import Reinvitation
from protocol.taxonomy import Route

COUNTS_FOR: Final = timedelta(days=183)  # an application within it came by the invitation


@dataclass(frozen=True, slots=True)
class OwnPool:
    """Use cases on past applicants."""

    db: Database
    clock: Clock
    letters: Letters
    reinvitations: Reinvitations
    hold: Hold

    def best(self, opening_id: str) -> list[Candidate]:
        """Return the best 50 past applicants for an opening, those who came furthest first.

        Raises:
            NoSuchRecordError: there is no such opening.
        """
        with self.db.read() as tx:
            return self.reinvitations.candidates(tx, opening_of(tx, opening_id))

    def invite(self, opening_id: str, people: Collection[str], expected: int) -> int:
        """Let an invitation go to each of *people* after the hold; return how many.

        Raises:
            NoSuchRecordError: there is no such opening.
            NothingToDoError: it is closed.
            HeadCountError: not *expected* of them may be invited now; nothing was changed.
        """
        with self.db.begin() as tx:
            opening = opening_of(tx, opening_id)
            if not opening.is_open:
                raise NothingToDoError("the opening is closed")
            going = [
                one.past
                for one in self.reinvitations.candidates(tx, opening)
                if one.refusal is None and one.past.person_id in people
            ]
            if len(going) != expected:
                raise HeadCountError(len(going))
            at = seconds(goes_at(self.clock.now(), self.hold))
            for past in going:
                letter_id = self.letters.put(
                    tx, LetterKind.REINVITATION, past.person_id, ref=opening_id
                )
                tx.get_one(Letter, letter_id).not_before = at
                own_pool.put(
                    tx,
                    Reinvitation.new(
                        letter_id=letter_id,
                        person_id=past.person_id,
                        application_id=past.application_id,
                        opening_id=opening_id,
                    ),
                )
            return len(going)

    def attribute(self) -> int:
        """Note which applications came by an invitation; return how many are new."""
        with self.db.begin() as tx:
            found = {
                row.id: row
                for row, sent_at in own_pool.applications_of_invited(tx)
                if _follows(row.applied_on, sent_at)
            }
            for row in found.values():
                row.route = Route.OWN_POOL
            return len(found)


def _follows(applied_on: str, sent_at: int) -> bool:
    invited = local_day(from_seconds(sent_at))
    return invited.isoformat() <= applied_on <= (invited + COUNTS_FOR).isoformat()
