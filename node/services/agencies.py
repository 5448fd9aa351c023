"""Rejected people whom an agency sent: it tells them, so it must be told itself."""

from dataclasses import dataclass, field
from datetime import date

from node.clock import Clock
from node.services.identities import Identities
from node.storage import rejections
from node.storage.database import Database, Tx
from node.storage.vault import ErasedError
from protocol.taxonomy import Route


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """One person to tell an agency about; *agency* is "" where the source does not name it."""

    agency: str
    name: str = field(repr=False)
    job: str
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Agencies:
    """Reads; changes nothing."""

    db: Database
    clock: Clock
    identities: Identities

    def to_tell(self) -> list[AgencyLine]:
        """Return whom agencies have to be told about, by agency, the newest application first."""
        with self.db.read() as tx:
            found = rejections.of_route(tx, Route.AGENCY, since=0)
            lines = [
                AgencyLine(
                    one.application.medium or "",
                    self._name(tx, one.application.person_id),
                    one.job,
                    _day(one.application.ended_on),
                )
                for one in found
            ]
        return sorted((line for line in lines if line.name), key=lambda line: line.agency)

    def _name(self, tx: Tx, person_id: str) -> str:
        try:
            return self.identities.of(tx, person_id).name
        except ErasedError:
            return ""


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
