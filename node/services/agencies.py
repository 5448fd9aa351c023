"""Rejected people whom an agency sent: it tells them, so it must be told itself."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from node.services.identities import Identities
from node.storage import rejections
from node.storage.database import Database


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """One person to tell an agency about; *agency* is "" where the source does not name it."""

    application_id: str
    agency: str
    name: str = field(repr=False)
    job: str
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Agencies:
    """Use cases on what agencies have to be told."""

    db: Database
    identities: Identities

    def to_tell(self) -> list[AgencyLine]:
        """Return whom agencies have to be told about, by agency, the newest application first."""
        with self.db.read() as tx:
            found = rejections.for_agencies(tx)
            people = self.identities.of_all(tx, {one.person_id for one, _ in found})
        lines = [
            AgencyLine(
                one.id,
                one.medium or "",
                people[one.person_id].name,
                job,
                None if one.ended_on is None else date.fromisoformat(one.ended_on),
            )
            for one, job in found
            if one.person_id in people
        ]
        return sorted(lines, key=lambda line: line.agency)

    def waiting(self) -> int:
        """Return how many lines there are."""
        with self.db.read() as tx:
            return rejections.count_for_agencies(tx)

    def told(self, applications: Collection[str]) -> None:
        """Note that the agencies know of these applications; others are passed over."""
        with self.db.begin() as tx:
            rejections.tell_agency(tx, applications)
