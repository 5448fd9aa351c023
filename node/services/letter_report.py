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
from node.storage.database import Database
from node.storage.letter_funnel import Untold


@dataclass(frozen=True, slots=True)
class Silent:
    """One rejected person without a letter; *letter* is the state of one that did not arrive."""

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
        with self.db.read() as tx:
            late = [one for one in letter_funnel.untold(tx) if self._is_late(one)]
            people = self.identities.of_all(tx, {one.person_id for one in late})
        found = [
            Silent(
                application_id=one.application_id,
                name=people[one.person_id].name,
                job=one.job,
                ended_on=_ended_on(one),
                due_on=business_days.after(_ended_on(one), NOTICE_DAYS),
                letter=one.letter,
            )
            for one in late
            if one.person_id in people
        ]
        return sorted(found, key=lambda one: (one.due_on, one.application_id))

    def _is_late(self, one: Untold) -> bool:
        source = self.sources.get(one.source, Source(one.source))
        ended_on = _ended_on(one)
        is_before = source.go_live is not None and ended_on < source.go_live
        is_ours = source.mail_owner == "node" and not is_before
        return is_ours and is_silent(ended_on, local_day(self.clock.now()))


def _ended_on(one: Untold) -> date:
    """Return the day of a rejection, where it has none that of its import."""
    if one.ended_on is None:
        return local_day(from_seconds(one.imported_at))
    return date.fromisoformat(one.ended_on)
