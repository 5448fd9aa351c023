"""A company whose applicants are in a vendor's system: its services, and that system here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from node.connectors.ats import SOURCES
from node.connectors.ats.source import Event
from node.domain.mapping import ColumnMapping
from node.services.hooks import Hooks
from node.services.row_intake import RowIntake
from node.services.sources import PolledSource, Sources, SourceStanding
from tests.node.connectors.ats.applicants import applicants
from tests.node.connectors.ats.vendors import Running, running
from tests.node.services.intake_world import PRESETS, World, open_world

EVERY = timedelta(minutes=15)


@dataclass(slots=True)
class SourceWorld:
    """The services of a company and the system that it polls under the name `ats`."""

    world: World
    running: Running
    mapping: ColumnMapping
    told: list[Event] = field(default_factory=list)

    @property
    def polled(self) -> dict[str, PolledSource]:
        return {
            "ats": PolledSource(
                name="ats",
                kind=self.running.case.kind,
                every=EVERY,
                mapping=self.mapping,
                connect=self.running.connect,
            )
        }

    @property
    def sources(self) -> Sources:
        return Sources(
            self.world.db,
            self.world.clock,
            self.world.vault,
            RowIntake(self.world.intake),
            self.polled,
            self.tell,
            self.world.letters.queue_rejections,
        )

    @property
    def hooks(self) -> Hooks:
        read = SOURCES[self.running.case.kind].read_hook
        readers = {} if read is None else {"ats": partial(read, self.running.access.secret)}
        db, clock, vault = self.world.db, self.world.clock, self.world.vault
        return Hooks(db, clock, vault, readers, frozenset(self.polled), self.tell)

    def tell(self, source: str, event: Event) -> None:
        assert source == "ats"
        self.told.append(event)

    def poll(self) -> int:
        return self.sources.poll_due()

    def later(self, by: timedelta = EVERY) -> int:
        """Poll *by* later."""
        self.world.clock.advance(by)
        return self.poll()

    def staff(self, count: int) -> None:
        """Give the vendor's system *count* running applications."""
        self.running.vendor.people = applicants(count)

    def reject(self, number: int) -> None:
        people = self.running.vendor.people
        people[number] = people[number].ending("org", self.world.clock.now())

    def unreject(self, number: int) -> None:
        people = self.running.vendor.people
        people[number] = people[number].ending("", self.world.clock.now())

    @property
    def standing(self) -> SourceStanding:
        (found,) = self.sources.standings()
        return found

    def fault(self) -> str | None:
        return self.standing.fault

    @property
    def batches(self) -> int:
        return len(self.world.intake.history(limit=100))

    @property
    def waiting(self) -> int:
        return self.world.letters.summary().letters


@contextmanager
def open_source(folder: Path, kind: str) -> Iterator[SourceWorld]:
    """Give a company that polls a system of *kind*."""
    with open_world(folder) as world, running(kind, world.clock) as found:
        yield SourceWorld(world, found, PRESETS[SOURCES[kind].preset])


def without(mapping: ColumnMapping, column: str) -> ColumnMapping:
    """Return the mapping without a column."""
    columns = {name: meaning for name, meaning in mapping.columns.items() if name != column}
    return replace(mapping, columns=columns)
