"""Media whose terms an operator read: only then their applicants are asked about the relay."""

from dataclasses import dataclass
from datetime import date

from node.clock import Clock
from node.i18n import local_day
from node.services.errors import NoSuchRecordError
from node.storage import operators, rejections
from node.storage.database import Database
from node.storage.tables.dispatch import CheckedMedium


@dataclass(frozen=True, slots=True)
class Medium:
    """One medium by name; *checked_on* and *checked_by* where its terms were read."""

    name: str
    rejections: int
    checked_on: date | None
    checked_by: str


@dataclass(frozen=True, slots=True)
class Media:
    """Use cases on media."""

    db: Database
    clock: Clock

    def every(self) -> list[Medium]:
        """Return each medium that somebody was rejected by, and each that was checked."""
        with self.db.read() as tx:
            counted = dict(rejections.media(tx))
            checked = {one.name: one for one in rejections.checked_media(tx)}
            people = {
                one.operator_id: operators.by_id(tx, one.operator_id) for one in checked.values()
            }
        found = []
        for name in sorted(counted.keys() | checked.keys()):
            tick = checked.get(name)
            operator = None if tick is None else people[tick.operator_id]
            found.append(
                Medium(
                    name,
                    counted.get(name, 0),
                    None if tick is None else date.fromisoformat(tick.day),
                    "" if operator is None else operator.name,
                )
            )
        return found

    def check(self, name: str, operator_id: int) -> None:
        """Note that an operator read the terms of a medium and that they allow to ask.

        Raises:
            NoSuchRecordError: nobody came by a medium of that name.
        """
        with self.db.begin() as tx:
            if name not in dict(rejections.media(tx)):
                raise NoSuchRecordError("no such medium")
            if tx.get(CheckedMedium, name) is None:
                day = local_day(self.clock.now()).isoformat()
                tx.add(CheckedMedium.new(name=name, operator_id=operator_id, day=day))

    def uncheck(self, name: str) -> None:
        """Take the note back: applicants of the medium are asked no more.

        Raises:
            NoSuchRecordError: there is none.
        """
        with self.db.begin() as tx:
            tick = tx.get(CheckedMedium, name)
            if tick is None:
                raise NoSuchRecordError("no such medium")
            tx.delete(tick)
