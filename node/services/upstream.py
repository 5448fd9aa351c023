"""What becomes of people at the systems that they came from, and what follows from it here.

All of it reaches the peers without a person's help: the consent ends, its tokens are
withdrawn, and every receiver is told to erase.
"""

import logging
from dataclasses import dataclass, replace

from node.connectors.ats.source import Event, Happening
from node.domain.applicant import Outcome
from node.domain.record import Record
from node.services.erasure import Erasure
from node.services.match_indexes import application_index, candidate_index
from node.services.merging import Merging
from node.services.withdrawals import Withdrawals
from node.storage import consents, duplicates, erasure, letters, records
from node.storage.database import Database, Tx

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upstream:
    """Use cases on what a source tells of somebody besides its rows."""

    db: Database
    merging: Merging
    erasure: Erasure
    withdrawals: Withdrawals

    def tell(self, source: str, event: Event) -> None:
        """Follow one happening at *source*; of who is not here nothing follows."""
        match event.kind:
            case Happening.DELETED:
                self.deleted(source, event.candidate_id, application_id=event.application_id)
            case Happening.ANONYMISED:
                self.anonymised(source, event.candidate_id, application_id=event.application_id)
            case Happening.MERGED:
                self.merged(source, event.candidate_id, event.into)
            case Happening.UNREJECTED:
                self.unrejected(source, event.application_id)

    def deleted(self, source: str, candidate_id: str, *, application_id: str = "") -> None:
        """Erase a person whom the source deleted, or take away one application of several.

        A person whose last application is deleted is erased.
        """
        with self.db.begin() as tx:
            for person_id in self._people(tx, source, candidate_id):
                self.erasure.erase(tx, person_id)
            if application_id and not candidate_id:
                self._delete_application(tx, source, application_id)
        self.db.forget()

    def anonymised(self, source: str, candidate_id: str, *, application_id: str = "") -> None:
        """Erase a person of whom the source kept nothing but numbers."""
        with self.db.begin() as tx:
            found = self._people(tx, source, candidate_id)
            if not candidate_id:
                here = erasure.application(tx, self._remote(source, application_id))
                found = [] if here is None else [here.person_id]
            for person_id in found:
                self.erasure.erase(tx, person_id)
        self.db.forget()

    def merged(self, source: str, old_id: str, new_id: str) -> None:
        """Make two people one whom the source made one, or give the person the new number.

        Of two consents that stand the older ends: they would tell two stories.
        """
        with self.db.begin() as tx:
            old, new = (self._people(tx, source, one) for one in (old_id, new_id))
            for person_id in old:
                if not new:
                    index = candidate_index(self.merging.records.vault, source, new_id)
                    records.put_index(tx, person_id, "candidate", index)
                elif person_id not in new:
                    self._end_older(tx, person_id, new[0])
                    self.merging.merge(tx, person_id, new[0], step=duplicates.BY_SOURCE)

    def unrejected(self, source: str, application_id: str) -> None:
        """Let an application run again: its letter stays here, and the person's tokens end."""
        with self.db.begin() as tx:
            here = erasure.application(tx, self._remote(source, application_id))
            if here is None or here.ended_by != "org":
                return
            people = self.merging.records.chunk()
            people.load(tx, {here.person_id})
            if not people.has(here.person_id, here.id):
                return
            people.rewrite(
                here.person_id, here.id, _running(people.record(here.person_id, here.id))
            )
            people.write(tx)
            self._settle(tx)

    def settle_due(self) -> int:
        """Forget letters to people who are rejected no more, and end consents of who is busy.

        Whoever runs, or was hired, in a selection here is not offered to others.
        Returns how many consents ended.
        """
        with self.db.read() as tx:
            if not erasure.reopened(tx) and not erasure.consented_in_selection(tx):
                return 0
        with self.db.begin() as tx:
            return self._settle(tx)

    def _settle(self, tx: Tx) -> int:
        for letter in erasure.reopened(tx):
            letters.drop_links(tx, letter.id)
            letters.drop(tx, letter)
        busy = erasure.consented_in_selection(tx)
        for person_id in busy:
            self.withdrawals.withdraw(tx, person_id)
            log.info("consent ended, in a selection here", extra={"person": person_id})
        return len(busy)

    def _delete_application(self, tx: Tx, source: str, application_id: str) -> None:
        here = erasure.application(tx, self._remote(source, application_id))
        if here is None:
            return
        others = [one for one in erasure.applications(tx, here.person_id) if one.id != here.id]
        people = self.merging.records.chunk()
        people.load(tx, {here.person_id})
        if not others or not people.has(here.person_id, here.id):
            self.erasure.erase(tx, here.person_id)
            return
        erasure.loosen(tx, here.id)
        people.remove(here.person_id, here.id)
        people.write(tx)

    def _end_older(self, tx: Tx, one: str, other: str) -> None:
        """End the older consent where both people have one that stands."""
        given = [consent for id_ in (one, other) if (consent := consents.given(tx, id_))]
        if len(given) > 1:
            older = min(given, key=lambda consent: (consent.given_at, consent.idx))
            self.withdrawals.withdraw(tx, older.person_id)

    def _people(self, tx: Tx, source: str, candidate_id: str) -> list[str]:
        if not candidate_id:
            return []
        index = candidate_index(self.merging.records.vault, source, candidate_id)
        return erasure.holders(tx, index)

    def _remote(self, source: str, application_id: str) -> bytes:
        return application_index(self.merging.records.vault, source, application_id)


def _running(record: Record) -> Record:
    application = replace(
        record.application,
        outcome=Outcome.RUNNING,
        ended_by=None,
        ended_kind=None,
        reason=None,
        ended_on=None,
    )
    return replace(record, application=application, answer=None)
