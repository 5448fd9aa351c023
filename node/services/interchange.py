"""All applications as a file of uniform records, for the company itself, and back (A23)."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter
from typing import Final

from node.clock import Clock, seconds
from node.domain.batch_life import State
from node.domain.interchange import head, line_of, records_in
from node.domain.mapping import ColumnMapping, document_of
from node.domain.recipients import Told
from node.domain.record import Record, unpack
from node.domain.rows import ParsedRow, RowError
from node.i18n import Bilingual
from node.services.application_rows import record_place
from node.services.records import Records, Taken
from node.storage import applicants, batches, records, rejections
from node.storage.database import Database, Tx
from node.storage.tables.application import Batch
from node.storage.vault import Vault
from protocol.identifiers import new_id

_FORMAT: Final = "records"
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Interchange:
    """Use cases on the company's own file of records."""

    db: Database
    clock: Clock
    vault: Vault
    records: Records

    def export(self) -> Iterator[bytes]:
        """Yield the lines of the file, by day of application and then by their bytes.

        What was erased is not in it, nor are letters, consents and merges by hand.
        """
        with self.db.read() as tx:
            days = applicants.days(tx)
            yield head(sum(days.values())) + b"\n"
            for day in days:
                yield from sorted(line_of(one) + b"\n" for one in self._of_day(tx, day))

    def take(self, lines: Iterable[bytes]) -> Counter[str]:
        """Take in a file as a whole or not at all; return what became of its records.

        The node that it is from has told the people their results, so this one tells none.

        Raises:
            InterchangeError: the file cannot be read; nothing was taken in.
        """
        found: Counter[str] = Counter()
        with self.db.begin() as tx:
            imports: dict[str, str] = {}
            rest = records_in(lines)
            while chunk := list(islice(rest, _CHUNK)):
                for source, some in groupby(chunk, key=attrgetter("source")):
                    if source not in imports:
                        imports[source] = self._begun(tx, source)
                    found.update(self._taken(tx, source, [*some], imports[source]))
            for batch_id in imports.values():
                rejections.judge_batch(tx, batch_id, Told.ELSEWHERE)
        return found

    def _of_day(self, tx: Tx, day: str) -> Iterator[Record]:
        rows = applicants.records_of_day(tx, day)
        keys = records.profile_keys(tx, {row.person_id for row in rows})
        for row in rows:
            wrapped = keys[row.person_id]
            if wrapped is not None:
                key = self.vault.profile_key(row.person_id, wrapped)
                place = record_place(row.application_id)
                yield unpack(self.vault.open_under(key, row.person_id, place, row.sealed))

    def _begun(self, tx: Tx, source: str) -> str:
        batch_id, now = new_id(), seconds(self.clock.now())
        mapping = batches.last_mapping(tx, source) or json.dumps(document_of(_plain(source)))
        batches.add(
            tx,
            Batch.new(
                id=batch_id,
                source=source,
                state=State.DONE,
                format=_FORMAT,
                encoding="utf-8",
                header="[]",
                mapping=mapping,
                dropped="{}",
                chunks=0,
                lines=0,
                started=now,
                finished=now,
            ),
        )
        return batch_id

    def _taken(self, tx: Tx, source: str, some: list[Record], batch_id: str) -> list[str]:
        rows = [
            ParsedRow(
                line=0,
                candidate_id=one.candidate_id,
                identity=one.identity,
                profile=one.profile,
                application=one.application,
                cells=dict(one.cells),
                raw=(),
                answer=one.answer,
            )
            for one in some
        ]
        taken = self.records.take(
            tx, rows, source=source, mapping=_plain(source), batch_id=batch_id
        )
        batch = tx.get_one(Batch, batch_id)
        counts = Counter(str(one) for one in taken if not isinstance(one, RowError))
        batch.added += counts[Taken.ADDED]
        batch.updated += counts[Taken.UPDATED]
        batch.unchanged += counts[Taken.UNCHANGED]
        batch.suppressed += counts[Taken.SUPPRESSED]
        batch.lines += len(rows)
        batch.rows += len(rows)
        batch.done += len(rows)
        return [*counts.elements()]


def _plain(source: str) -> ColumnMapping:
    """Return a mapping under which a record stands as it is."""
    return ColumnMapping(source, Bilingual(source, source), {})
