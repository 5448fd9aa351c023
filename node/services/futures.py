"""What a recruiter says of a rejected person in one click, for the own pool.

Whom to recommend to other companies may be chosen only under a licence to place
people or within one company (職業安定法 30条, 33条), and each such choice is recorded.
"""

from dataclasses import dataclass
from datetime import datetime

from node.clock import Clock, seconds
from node.domain.recipients import PLACING, Future
from node.i18n import from_seconds
from node.services.errors import NoSuchRecordError, RefusedChoiceError
from node.storage import placements
from node.storage.database import Database
from node.storage.tables.application import Application
from node.storage.tables.dispatch import PlacementAct
from protocol.descriptor import LegalMode
from protocol.identifiers import new_id
from protocol.taxonomy import EndedBy


@dataclass(frozen=True, slots=True)
class Act:
    """One act of placement: who said of which application whether to recommend the person."""

    application_id: str
    operator: str | None  # the mail address, None where nobody logs in with that number now
    made_at: datetime
    future: Future


@dataclass(frozen=True, slots=True)
class Futures:
    """Use cases on that click."""

    db: Database
    clock: Clock
    legal_mode: LegalMode

    @property
    def choices(self) -> tuple[Future, ...]:
        """What may be said under this company's licence."""
        if self.legal_mode in PLACING:
            return tuple(Future)
        return Future.WELCOME, Future.NEITHER

    def choose(self, application_id: str, future: Future, operator_id: int) -> None:
        """Keep what a recruiter said of a rejected application.

        Raises:
            NoSuchRecordError: there is no such rejection.
            RefusedChoiceError: the licence does not allow this answer.
        """
        if future not in self.choices:
            raise RefusedChoiceError("future", "not under this licence")
        with self.db.begin() as tx:
            application = tx.get(Application, application_id)
            if application is None or application.ended_by != EndedBy.ORG:
                raise NoSuchRecordError("no such rejection")
            if Future.RECOMMEND in {future, application.future}:
                tx.add(
                    PlacementAct.new(
                        id=new_id(),
                        application_id=application_id,
                        operator_id=operator_id,
                        made_at=seconds(self.clock.now()),
                        future=str(future),
                    )
                )
            application.future = str(future)

    def acts(self) -> list[Act]:
        """Return every act of placement, the first one first."""
        with self.db.read() as tx:
            return [
                Act(act.application_id, mail, from_seconds(act.made_at), Future(str(act.future)))
                for act, mail in placements.acts(tx)
            ]
