"""What letters came to, and who was left without one (サイレントお祈り)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from node.clock import Clock
from node.domain import business_days
from node.domain.letter_funnel import NOTICE_DAYS, FunnelLine, funnel, is_silent
from node.domain.source import Source
from node.i18n import from_seconds, local_day
from node.services.identities import Identities
from node.storage import letter_funnel, static_links
from node.storage.database import Database, Tx
from node.storage.letter_funnel import Untold
from node.storage.vault import ErasedError


@dataclass(frozen=True, slots=True)
class Silent:
    """One rejected person without a letter; *letter* is the state of one that did not go."""

    application_id: str
    name: str = field(repr=False)
    job: str
    ended_on: date
    due_on: date
    letter: str | None


@dataclass(frozen=True, slots=True)
class LetterReport:
    """Reads; changes nothing."""

    db: Database
    clock: Clock
    identities: Identities
    sources: Mapping[str, Source]

    def funnel(self) -> tuple[FunnelLine, ...]:
        """Return what became of each version of each letter."""
        with self.db.read() as tx:
            return funnel(letter_funnel.fates(tx))

    def links(self) -> dict[str, str]:
        """Return the names of the static links by their codes."""
        with self.db.read() as tx:
            return {link.code: link.name for link in static_links.every(tx)}

    def silent(self) -> list[Silent]:
        """Return who was not told within 10 working days, the longest wait first."""
        today = local_day(self.clock.now())
        with self.db.read() as tx:
            found = [self._silent(tx, one) for one in letter_funnel.untold(tx)]
        late = [one for one in found if one is not None and is_silent(one.ended_on, today)]
        return sorted(late, key=lambda one: (one.due_on, one.application_id))

    def _silent(self, tx: Tx, one: Untold) -> Silent | None:
        if self.sources.get(one.source, Source(one.source)).mail_owner != "node":
            return None
        try:
            name = self.identities.of(tx, one.person_id).name
        except ErasedError:
            return None
        imported = local_day(from_seconds(one.imported_at))
        ended_on = imported if one.ended_on is None else date.fromisoformat(one.ended_on)
        due_on = business_days.after(ended_on, NOTICE_DAYS)
        return Silent(one.application_id, name, one.job, ended_on, due_on, one.letter)
