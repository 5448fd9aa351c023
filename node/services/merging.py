"""Two people who turn out to be one, and the way back.

Who has a consent that stands keeps it: the other's applications and letters go over. The
consents of both would tell two stories of one person, so one must end first.
"""

from dataclasses import dataclass

from node.clock import Clock, seconds
from node.services.errors import MergeRefusedError, NoSuchRecordError
from node.services.records import Records
from node.storage import consents, duplicates, records
from node.storage.database import Tx
from node.storage.tables.duplicate import Merge
from node.storage.tables.person import Person
from protocol.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Merging:
    """Makes two people one, within the caller's change."""

    clock: Clock
    records: Records

    def merge(self, tx: Tx, one: str, other: str, *, step: str) -> str:
        """Make two people one and return who is left.

        Raises:
            NoSuchRecordError: one of them is not here, or was erased.
            MergeRefusedError: both have a consent that stands.
        """
        keeper, gone = self._order(tx, one, other)
        people = self.records.chunk()
        people.load(tx, {keeper, gone}, records.indexes(tx, {keeper, gone}))
        people.load_older(tx, gone)
        applications = people.applications(gone)
        people.move(gone, applications, keeper)
        for entry in self.records.blocks.of(tx, gone):
            if self.records.blocks.add_entry(tx, keeper, entry):
                self.records.renew(tx, keeper)
        merge = Merge.new(
            id=new_id(), step=step, keeper=keeper, gone=gone, at=seconds(self.clock.now())
        )
        duplicates.add_merge(tx, merge, applications)
        duplicates.inherit(tx, gone, keeper)
        people.write(tx)
        # Of who is gone the row stays, so that it can come back to the same name in a log.
        records.drop_states(tx, [gone])
        records.drop_all_indexes(tx, gone)
        return keeper

    def split(self, tx: Tx, merge: Merge) -> None:
        """Make two people of one again.

        Raises:
            MergeRefusedError: who was left consented since, or was merged again.
        """
        applications = duplicates.parts(tx, merge.id, "application")
        owners = duplicates.owners(tx, applications)
        if set(owners.values()) - {merge.keeper}:
            raise MergeRefusedError("merged again since: undo that first")
        consent = consents.given(tx, merge.keeper)
        if consent is not None and consent.given_at >= merge.at:
            raise MergeRefusedError("consented since: the consent must end first")
        if owners:
            self._move_back(tx, merge, [one for one in applications if one in owners])
        duplicates.drop_merge(tx, merge)

    def _move_back(self, tx: Tx, merge: Merge, applications: list[str]) -> None:
        people = self.records.chunk()
        both = {merge.keeper, merge.gone}
        people.load(tx, both, records.indexes(tx, both))
        people.load_older(tx, merge.keeper)
        people.move(merge.keeper, applications, merge.gone)
        people.write(tx)
        letters = duplicates.parts(tx, merge.id, "letter")
        # Also those that were queued since: a result must not reach somebody else.
        letters += duplicates.unsent_for(tx, applications)
        duplicates.move_letters(tx, letters, merge.gone)

    def _order(self, tx: Tx, one: str, other: str) -> tuple[str, str]:
        """Return who stays and who goes."""
        rows = [tx.get(Person, person_id) for person_id in (one, other)]
        found = [row for row in rows if row is not None and row.profile_key is not None]
        if one == other or len(found) != len(rows):
            raise NoSuchRecordError("no such person")
        standing = {row.id for row in found if consents.given(tx, row.id) is not None}
        if len(standing) == len(found):
            raise MergeRefusedError("both have a consent that stands: one must end first")
        keeper, gone = sorted(found, key=lambda row: (row.id not in standing, row.since, row.id))
        return keeper.id, gone.id
