"""Letters without a hand: offered, switched on and off, let go, and ended by itself."""

import json
import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from crypto.hashing import sha256
from node.clock import Clock, seconds
from node.domain.automatic import (
    BY_HAND,
    WATCHED,
    WEEKS,
    Ended,
    are_bounces_many,
    is_crowd,
)
from node.domain.hold import goes_by_itself_at
from node.domain.letter_life import Event, advance
from node.i18n import from_seconds, local_day
from node.services.errors import NothingToDoError
from node.services.letters import Letters
from node.services.recipients import Due
from node.storage import dispatches, rejections
from node.storage.database import Database, Tx
from node.storage.dispatches import Import
from node.storage.tables.dispatch import Automatic as Settled
from node.storage.tables.letter import Letter

_UNKNOWN: Final = frozenset({"unknown-end", "unknown-reason"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SourceMode:
    """How the letters of one source go; *ended* says why they go by hand again."""

    source: str
    is_automatic: bool
    is_offered: bool
    ended: Ended | None


@dataclass(frozen=True, slots=True)
class Automatic:
    """Use cases on letters without a hand."""

    db: Database
    clock: Clock
    letters: Letters

    def modes(self) -> list[SourceMode]:
        """Return each source of which letters were let go, by name."""
        with self.db.read() as tx:
            version = self.letters.version(tx)
            return [self._mode(tx, source, version) for source in dispatches.sources(tx)]

    def switch_on(self, source: str, operator_id: int) -> None:
        """Let the letters of a source go without a hand from now on.

        Raises:
            NothingToDoError: that is not offered.
        """
        with self.db.begin() as tx:
            version = self.letters.version(tx)
            if not self._mode(tx, source, version).is_offered:
                raise NothingToDoError("not offered for this source")
            settled = Settled.new(
                source=source,
                version=version,
                layout=_layout(dispatches.newest_batch(tx, source)),
                operator_id=operator_id,
                begun_at=seconds(self.clock.now()),
            )
            tx.merge(settled)

    def switch_off(self, source: str) -> None:
        """Let them go by hand again; those that wait are asked about.

        Raises:
            NothingToDoError: they do already.
        """
        with self.db.begin() as tx:
            settled = dispatches.automatic(tx, source)
            if settled is None or settled.ended_at is not None:
                raise NothingToDoError("by hand already")
            self._end(tx, settled, Ended.STOPPED)

    def let_go_due(self) -> int:
        """Queue what is new, and let go what needs no hand; return how many letters go.

        Where nothing is to be done, as on most ticks, nothing is written.
        """
        with self.db.read() as tx:
            are_news = rejections.are_news(tx)
        if are_news:
            self.letters.queue_rejections()
        with self.db.read() as tx:
            if not self._turns(tx):
                return 0
        with self.db.begin() as tx:
            at = self._goes_at()
            gone = 0
            for settled, own, why in self._turns(tx):
                if why is not None:
                    self._end(tx, settled, why)
                else:
                    self.letters.let_go(tx, own, None, at)
                    gone += len(own)
            return gone

    def _turns(self, tx: Tx) -> list[tuple[Settled, list[Due], Ended | None]]:
        """Return each source whose letters go now without a hand, or do so no more, and why."""
        running = dispatches.running(tx)
        if not running:
            return []
        names = [settled.source for settled in running]
        since = self.letters.recipients.asked_since()
        queued = rejections.queued_of(tx, names, since=since)
        due, _ = self.letters.recipients.sorted(tx, queued)
        found = []
        for settled in running:
            own = [one for one in due if one.rejection.application.source == settled.source]
            unsent = dispatches.unsent(tx, settled.source)
            if not own and not unsent:
                continue  # what changed meanwhile is found when there is a letter
            why = self._why_not(tx, settled, len(own), unsent)
            if own or why is not None:
                found.append((settled, own, why))
        return found

    def _goes_at(self) -> datetime:
        return goes_by_itself_at(self.clock.now(), self.letters.hold)

    def _why_not(self, tx: Tx, settled: Settled, more: int, unsent: list[Letter]) -> Ended | None:
        """Return what is not as it was, None where *more* letters may go without a hand."""
        source = settled.source
        if settled.version != self.letters.version(tx):
            return Ended.TEXTS
        since = dispatches.batches_since(tx, source, settled.begun_at)
        if any(settled.layout != _layout(batch) for batch in since):
            return Ended.LAYOUT
        if any(_has_unknown(batch.warnings) for batch in since):
            return Ended.REASONS
        if are_bounces_many(dispatches.bounced(tx, source, last=WATCHED)):
            return Ended.BOUNCES
        if not more:
            return None
        now, at = self.clock.now(), self._goes_at()
        days = dispatches.days(tx, source, since=seconds(now - timedelta(weeks=WEEKS)))
        gone = days.pop(local_day(at), 0)
        waiting = sum(local_day(at) == _day(one.not_before) for one in unsent)
        usual = tuple(days.values())
        return Ended.CROWD if is_crowd(gone + waiting + more, usual) else None

    def _end(self, tx: Tx, settled: Settled, why: Ended) -> None:
        """Let the letters of a source go by hand again, those that wait among them."""
        settled.ended_at = seconds(self.clock.now())
        settled.why = str(why)
        for letter in dispatches.unsent(tx, settled.source):
            letter.state = advance(letter.state, Event.RECALL)
            letter.dispatch_id = None
        log.warning("letters go by hand again", extra={"source": settled.source, "why": str(why)})

    def _mode(self, tx: Tx, source: str, version: str) -> SourceMode:
        settled = dispatches.automatic(tx, source)
        is_automatic = settled is not None and settled.ended_at is None
        groups = dispatches.by_hand(tx, source, version, limit=BY_HAND)
        is_proven = len(groups) == BY_HAND and all(one.stopped_at is None for one in groups)
        why = None if settled is None or settled.why is None else Ended(settled.why)
        return SourceMode(source, is_automatic, is_proven and not is_automatic, why)


def _layout(batch: Import | None) -> str:
    """Return what changes with the columns of a source's files, or with how they are read."""
    text = "" if batch is None else f"{batch.header}\n{batch.mapping}"
    return sha256(text.encode()).hex()


def _has_unknown(warnings: str) -> bool:
    """Tell whether an import met an end or a reason that its mapping does not know."""
    return any(code in _UNKNOWN for _, code, _ in json.loads(warnings))


def _day(moment: int) -> date:
    return local_day(from_seconds(moment))
