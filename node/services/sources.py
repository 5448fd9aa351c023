"""The poll of every source: what changed there becomes records here, and nothing twice.

What was seen of a row is kept as a keyed digest, so that a source may list everything each
time and only what changed is taken in. A cursor is stored behind what it covers, never
before: what broke off is read once more, and changes nothing.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from node.clock import Clock, seconds
from node.connectors.ats.source import (
    ApplicantSource,
    Event,
    Page,
    Row,
    SourceError,
)
from node.domain.errors import MappingError
from node.domain.mapping import ColumnMapping, document_of
from node.i18n import from_seconds
from node.services.errors import ServiceError
from node.services.match_indexes import application_index
from node.services.row_intake import RowIntake
from node.storage import sources
from node.storage.database import Database
from node.storage.tables.source import SourceHint, SourceRow, SourceState
from node.storage.vault import Vault

MOST_ROWS: Final = 2000  # an import
LONGEST: Final = timedelta(minutes=5)  # a poll; the next one goes on
RELIST: Final = timedelta(days=1)  # what an incremental poll missed is found by then
CONFIRMED: Final = 50  # applications that are asked for one by one, a poll
_GONE_LEAST, _GONE_PART = 20, 20  # more than 20 and a twentieth at once are not believed
_VANISHED: Final = "vanished"
_FIRST_WAIT: Final = timedelta(minutes=1)

log = logging.getLogger(__name__)


class NoSuchSourceError(ServiceError):
    """No source of that name is read here."""


@dataclass(frozen=True, slots=True)
class PolledSource:
    """One source of the settings, ready to be read."""

    name: str
    kind: str
    every: timedelta
    mapping: ColumnMapping
    connect: Callable[[], ApplicantSource] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """How one source stands, for the console."""

    name: str
    kind: str
    succeeded: datetime | None
    next_try: datetime | None
    failures: int
    fault: str | None
    rows: int  # that the last poll took in
    known: int


@dataclass(frozen=True, slots=True)
class _Mark:
    """What was seen of a row: where it stands, and its keyed digest."""

    number: str = field(repr=False)
    remote: bytes
    content: bytes


@dataclass(slots=True)
class _Held:
    """What a poll has read and not yet taken in."""

    rows: dict[str, Row] = field(default_factory=dict, repr=False)
    marks: dict[bytes, _Mark] = field(default_factory=dict, repr=False)
    events: list[Event] = field(default_factory=list)
    cursor: str = ""
    taken: int = 0
    is_listed: bool = False  # everything was listed


@dataclass(frozen=True, slots=True)
class Sources:
    """Use cases on the systems that are read over an API."""

    db: Database
    clock: Clock
    vault: Vault
    intake: RowIntake
    polled: Mapping[str, PolledSource]
    tell: Callable[[str, Event], None]  # what became of somebody at a source, by its name
    queue_letters: Callable[[], object]

    def poll_due(self) -> int:
        """Poll every source whose time has come and return how many were."""
        now = seconds(self.clock.now())
        with self.db.read() as tx:
            known = sources.states(tx)
        due = [
            one
            for name, one in self.polled.items()
            if (state := known.get(name)) is None or state.next_try <= now
        ]
        for one in due:
            self._poll(one)
        return len(due)

    def standings(self) -> list[SourceStanding]:
        """Return how each source of the settings stands."""
        with self.db.read() as tx:
            known = sources.states(tx)
            return [
                _standing(one, known.get(name), sources.count(tx, name))
                for name, one in sorted(self.polled.items())
            ]

    def believe(self, name: str) -> None:
        """Let those be asked for who vanished at a source in numbers, and read it at once.

        Raises:
            NoSuchSourceError: there is none of that name.
        """
        if name not in self.polled:
            raise NoSuchSourceError("no such source")
        with self.db.begin() as tx:
            state = sources.state(tx, name)
            if state.fault == _VANISHED and not state.is_listing:
                state.is_believed = True
                state.next_try = seconds(self.clock.now())

    def _poll(self, polled: PolledSource) -> None:
        started = self.clock.now()
        held, walk = self._begin(polled)
        try:
            self._read(polled, held, walk, started)
        except SourceError as error:
            self._fail(polled, error.code, error.until, held.taken)
        except MappingError:
            self._fail(polled, "mapping", None, held.taken)
        else:
            self._succeed(polled, held)
        if held.taken:
            self.queue_letters()

    def _read(self, polled: PolledSource, held: _Held, walk: int, started: datetime) -> None:
        """Read what changed at a source; what was read before a fault is taken in."""
        try:
            source = polled.connect()
            self._read_hinted(polled, source, held, walk)
            for page in source.pages(held.cursor):
                self._hold(polled, source, page, held)
                held.cursor = page.cursor
                is_late = self.clock.now() - started > LONGEST
                if page.is_whole or is_late or len(held.rows) >= MOST_ROWS:
                    self._take(polled, held, walk)
                if page.is_whole:
                    self._confirm_gone(polled, source, held, walk)
                elif is_late:
                    break
        finally:
            self._take(polled, held, walk)

    def _begin(self, polled: PolledSource) -> tuple[_Held, int]:
        """Note that a poll begins; a listing of everything begins with a blank cursor."""
        now = self.clock.now()
        with self.db.begin() as tx:
            state = sources.state(tx, polled.name)
            is_old = state.listed is not None and from_seconds(state.listed) <= now - RELIST
            if not state.is_listing and (is_old or state.is_believed or not state.cursor):
                state.cursor = ""
                state.is_listing = True
                state.walk += 1
            # A webhook that comes while it is read brings it forward again.
            state.polled, state.next_try = seconds(now), seconds(now + polled.every)
            return _Held(cursor=state.cursor), state.walk

    def _read_hinted(
        self, polled: PolledSource, source: ApplicantSource, held: _Held, walk: int
    ) -> None:
        """Read again what webhooks named."""
        with self.db.read() as tx:
            hints = sources.hints(tx, polled.name, limit=CONFIRMED)
        for hint in hints:
            self._hold(polled, source, self._one(polled, source, hint), held)
        self._take(polled, held, walk)
        with self.db.begin() as tx:
            for hint in hints:
                sources.drop_hint(tx, hint)

    def _hold(self, polled: PolledSource, source: ApplicantSource, page: Page, held: _Held) -> None:
        """Keep what is new of a page until it is taken in."""
        rows = {row[source.key]: row for row in page.rows}
        marks = {number: self._mark(polled, number, row) for number, row in rows.items()}
        with self.db.read() as tx:
            known = sources.contents(tx, polled.name, [one.remote for one in marks.values()])
        for number, mark in marks.items():
            held.marks[mark.remote] = mark
            held.rows.pop(number, None)
            if known.get(mark.remote) != mark.content:
                held.rows[number] = rows[number]
        held.events += page.events

    def _take(self, polled: PolledSource, held: _Held, walk: int) -> None:
        """Take in what is held, tell what happened, and only then move the cursor."""
        if held.rows:
            done = self.intake.take(polled.name, tuple(held.rows.values()), polled.mapping)
            held.taken += len(held.rows)
            log.info("source read", extra={"source": polled.name, "batch": done.id})
        for event in held.events:
            self.tell(polled.name, event)
        with self.db.begin() as tx:
            sources.put(
                tx,
                [
                    SourceRow.new(
                        source=polled.name,
                        remote=one.remote,
                        content=one.content,
                        sealed=self.vault.seal_own(place_of(polled.name), one.number.encode()),
                        walk=walk,
                    )
                    for one in held.marks.values()
                    if one.number in held.rows
                ],
            )
            sources.see(tx, polled.name, list(held.marks), walk)
            gone = [
                application_index(self.vault, polled.name, one.application_id)
                for one in held.events
            ]
            sources.forget(tx, polled.name, gone)
            sources.state(tx, polled.name).cursor = held.cursor
        held.rows, held.marks, held.events = {}, {}, []

    def _confirm_gone(
        self, polled: PolledSource, source: ApplicantSource, held: _Held, walk: int
    ) -> None:
        """Ask for each application that a whole listing did not show.

        A page that moved while it was read hides one; a key with fewer rights hides many,
        and nobody is deleted here for that.

        Raises:
            SourceError: vanished; too many are missing to be believed.
        """
        with self.db.begin() as tx:
            state = sources.state(tx, polled.name)
            state.is_listing, state.listed = False, seconds(self.clock.now())
            gone = sources.unseen(tx, polled.name, walk)
            most = max(_GONE_LEAST, sources.count(tx, polled.name) // _GONE_PART)
            is_believed = state.is_believed
        held.is_listed = True
        if len(gone) > most and not is_believed:
            raise SourceError(_VANISHED)
        for row in gone[:CONFIRMED]:
            self._hold(polled, source, self._one(polled, source, row), held)
        if is_believed and len(gone) <= CONFIRMED:
            with self.db.begin() as tx:
                sources.state(tx, polled.name).is_believed = False

    def _one(
        self, polled: PolledSource, source: ApplicantSource, row: SourceRow | SourceHint
    ) -> Page:
        """Return one application, nothing of it where this one alone cannot be read.

        A key may not see a confidential posting, and that must not hold up all others; if
        it sees none, the listing says so.

        Raises:
            SourceError: limited or unreachable.
        """
        try:
            return source.one(self._number(row))
        except SourceError as error:
            if error.code in {"limited", "unreachable"}:
                raise
            log.warning("application unread", extra={"source": polled.name, "fault": error.code})
            return Page((), "")

    def _succeed(self, polled: PolledSource, held: _Held) -> None:
        now = self.clock.now()
        with self.db.begin() as tx:
            state = sources.state(tx, polled.name)
            state.succeeded, state.rows = seconds(now), held.taken
            if state.is_listing or state.is_believed:
                state.next_try = seconds(now)
            # That many are missing is known better only by another listing.
            if state.fault != _VANISHED or held.is_listed:
                state.failures, state.fault = 0, None

    def _fail(self, polled: PolledSource, fault: str, until: datetime | None, taken: int) -> None:
        now = self.clock.now()
        with self.db.begin() as tx:
            state = sources.state(tx, polled.name)
            state.failures += 1
            wait = min(polled.every, _FIRST_WAIT * 2 ** min(state.failures - 1, 10))
            state.next_try = seconds(until or now + wait) + (until is not None)
            state.fault, state.rows = fault, taken
        log.warning("source failed", extra={"source": polled.name, "fault": fault})

    def _mark(self, polled: PolledSource, number: str, row: Row) -> _Mark:
        # A mapping that was changed reads every row anew.
        said = json.dumps([document_of(polled.mapping), sorted(row.items())])
        content = self.vault.blind("source-row", said)
        return _Mark(number, application_index(self.vault, polled.name, number), content)

    def _number(self, row: SourceRow | SourceHint) -> str:
        return self.vault.open_own(place_of(row.source), row.sealed).decode()


def place_of(source: str) -> str:
    """Return what a number of an application at *source* is sealed for."""
    return f"source/{source}"


def _standing(polled: PolledSource, state: SourceState | None, known: int) -> SourceStanding:
    if state is None:
        return SourceStanding(polled.name, polled.kind, None, None, 0, None, 0, 0)
    return SourceStanding(
        name=polled.name,
        kind=polled.kind,
        succeeded=None if state.succeeded is None else from_seconds(state.succeeded),
        next_try=from_seconds(state.next_try),
        failures=state.failures,
        fault=state.fault,
        rows=state.rows,
        known=known,
    )
