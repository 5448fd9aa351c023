"""Rows of an import become applications and people, a chunk at a time.

What a chunk needs to know is read in a handful of queries, decided in memory, and
written in one statement a table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from node.clock import Clock
from node.domain.field import Field
from node.domain.mapping import ColumnMapping
from node.domain.record import Record, pack, settled, with_past
from node.domain.rows import ParsedRow, RowError, reread
from node.domain.vocabulary import Vocabulary
from node.i18n import local_day
from node.services.blocks import Blocks
from node.services.match_indexes import Indexes, application_index, indexes_of
from node.services.people_chunk import PeopleChunk
from node.storage import records
from node.storage.database import Tx
from node.storage.duplicates import MOST_HOLDERS
from node.storage.vault import Vault
from protocol.identifiers import new_id


class Taken(StrEnum):
    """What became of a good row."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class _Keyed:
    """A row with the blind indexes under which it is looked for."""

    row: ParsedRow
    remote: bytes
    indexes: Indexes


@dataclass(frozen=True, slots=True)
class Records:
    """Takes rows into the records of people."""

    clock: Clock
    vault: Vault
    blocks: Blocks
    vocabulary: Vocabulary = field(repr=False)
    retention: timedelta
    renew: Callable[[Tx, str], None]

    def take(
        self,
        tx: Tx,
        rows: Sequence[ParsedRow],
        *,
        source: str,
        mapping: ColumnMapping,
        batch_id: str,
    ) -> list[Taken | RowError]:
        """Take in *rows* and return what became of each, in their order."""
        people, taken = self._applied(tx, rows, source, mapping, batch_id)
        people.write(tx)
        return taken

    def foresee(
        self,
        tx: Tx,
        rows: Sequence[ParsedRow],
        *,
        source: str,
        mapping: ColumnMapping,
        batch_id: str,
    ) -> list[Taken | RowError]:
        """Return what :meth:`take` would say of *rows*; nothing is written."""
        return self._applied(tx, rows, source, mapping, batch_id)[1]

    def chunk(self) -> PeopleChunk:
        """Return an empty chunk of people, as of today."""
        return PeopleChunk(
            self.vault, self.blocks, self.renew, self.retention, local_day(self.clock.now())
        )

    def _applied(
        self,
        tx: Tx,
        rows: Sequence[ParsedRow],
        source: str,
        mapping: ColumnMapping,
        batch_id: str,
    ) -> tuple[PeopleChunk, list[Taken | RowError]]:
        keyed = [self._keyed(row, source) for row in rows]
        digests = {digest for one in keyed for _, digest in one.indexes}
        erased = records.erased(tx, digests | {one.remote for one in keyed})
        known = records.by_remotes(tx, {one.remote for one in keyed})
        holders = records.holders(tx, digests)
        people = self.chunk()
        telling = [held for held in holders.values() if len(held) <= MOST_HOLDERS]
        people.load(
            tx,
            {person for held in telling for person in held}
            | {one.person_id for one in known.values()},
            holders,
        )
        known |= self._mended(tx, people, [one for one in keyed if one.remote not in known], source)
        taken: list[Taken | RowError] = []
        for one in keyed:
            here = known.get(one.remote)
            # Who is on file was not erased, but shares a phone or an address with who was.
            if here is None and _is_erased(one, erased):
                taken.append(Taken.SUPPRESSED)
            elif here is None:
                people.add(new_id(), _record(one.row, source), one.remote, one.indexes, batch_id)
                taken.append(Taken.ADDED)
            else:
                taken.append(self._update(people, here, one, source, mapping, batch_id))
        return people, taken

    def _mended(
        self, tx: Tx, people: PeopleChunk, rows: Sequence[_Keyed], source: str
    ) -> dict[bytes, records.Known]:
        """Return the applications here of rows without a number whose address has changed."""
        twins = {
            one.remote: twin
            for one in rows
            if not one.row.cells.get(Field.APPLICATION_ID)
            and (twin := people.twin(_record(one.row, source), one.indexes)) is not None
        }
        found = records.by_ids(tx, twins.values()) if twins else {}
        return {remote: found[twin] for remote, twin in twins.items()}

    def _update(
        self,
        people: PeopleChunk,
        here: records.Known,
        one: _Keyed,
        source: str,
        mapping: ColumnMapping,
        batch_id: str,
    ) -> Taken | RowError:
        row, old = one.row, people.record(here.person_id, here.id)
        if mapping.columns:  # a row of another node is a whole record, not cells to be read
            read = reread(row, old.cells, mapping, self.vocabulary)
            if isinstance(read, RowError):
                return read
            row = read
        record = with_past(settled(_record(row, source), old), old, mapping.told_stages)
        if self.vault.blind("row", pack(record).decode()) == here.content:
            return Taken.UNCHANGED
        people.change(here, record, one.indexes, batch_id)
        return Taken.UPDATED

    def _keyed(self, row: ParsedRow, source: str) -> _Keyed:
        """Return the row with its blind indexes."""
        found = indexes_of(self.vault, source, row.candidate_id, row.identity)
        remote = application_index(self.vault, source, row.application.remote_id)
        return _Keyed(row, remote, found)


def _is_erased(one: _Keyed, erased: Mapping[bytes, str]) -> bool:
    """Tell whether a row may be of somebody who was erased, and applied before that."""
    # Whoever applies again after an erasure is here by an own act.
    applied_on = one.row.application.applied_on.isoformat()
    told = (one.remote, *(digest for _, digest in one.indexes))
    return any(applied_on <= erased.get(digest, "") for digest in told)


def _record(row: ParsedRow, source: str) -> Record:
    return Record(
        source=source,
        candidate_id=row.candidate_id,
        identity=row.identity,
        profile=row.profile,
        application=row.application,
        cells=row.cells,
        answer=row.answer,
    )
