"""Rows that a connector read go the way of a file: freed, sealed, mapped, taken in."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from node.clock import seconds
from node.domain.batch_life import State
from node.domain.field import Field
from node.domain.forbidden import masked
from node.domain.mapping import ColumnMapping, document_of
from node.domain.sheet import Record, column_name
from node.services.intake import Import, Intake, unseen
from node.services.remembered import remembered
from node.storage import batches
from node.storage.staged_files import PIECE
from node.storage.tables.application import Batch
from protocol.identifiers import new_id

# A vendor's own numbers, such as UUIDs: one in thousands looks like a 個人番号.
_NUMBERS: Final = frozenset({Field.APPLICATION_ID, Field.CANDIDATE_ID})


@dataclass(frozen=True, slots=True)
class _Freed:
    """Rows without what may not be collected, and how often that stood in them."""

    header: list[str]
    records: list[Record] = field(repr=False)
    dropped: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RowIntake:
    """Takes rows of a source into the records, one import a call."""

    intake: Intake = field(repr=False)

    def take(
        self, source: str, rows: Sequence[Mapping[str, str]], mapping: ColumnMapping
    ) -> Import:
        """Take in *rows* as *mapping* reads them, and return the import.

        Raises:
            MappingError: a column that every application needs is missing; nothing was
                taken in.
        """
        freed = self._freed(rows, mapping)
        with self.intake.db.read() as tx:
            mapping = remembered(tx, source, mapping.of_header(freed.header))
        mapping.check(freed.header)
        batch_id = new_id()
        pieces = range(0, len(rows), PIECE)
        for place, begin in enumerate(pieces):
            piece = freed.records[begin : begin + PIECE]
            self.intake.staging.files.write(batch_id, place, piece)
        with self.intake.db.begin() as tx:
            batches.add(
                tx,
                Batch.new(
                    id=batch_id,
                    source=source,
                    state=State.COMMITTING,
                    format=batches.API,
                    encoding="utf-8",
                    header=json.dumps(freed.header),
                    mapping=json.dumps(document_of(mapping)),
                    dropped=json.dumps(freed.dropped),
                    chunks=len(pieces),
                    lines=len(rows),
                    started=seconds(self.intake.clock.now()),
                ),
            )
        return self.intake.commit(batch_id, unseen)

    def _freed(self, rows: Sequence[Mapping[str, str]], mapping: ColumnMapping) -> _Freed:
        """Return the rows without what may not be collected, as the records of a sheet."""
        forbidden = self.intake.staging.forbidden
        # In one order, whatever that of the source: other columns end letters without a hand.
        columns = sorted({column for row in rows for column in row})
        rules = {column: forbidden.rule_of(column) for column in columns}
        kept = {column: column_name(column) for column in columns if rules[column] is None}
        dropped = Counter(
            column_name(column)
            for row in rows
            for column, rule in rules.items()
            if rule is not None and row.get(column, "").strip()
        )
        own = {column for column, name in kept.items() if mapping.columns.get(name) in _NUMBERS}
        return _Freed(
            [*kept.values()],
            [
                Record(
                    line,
                    tuple(
                        cell if column in own else masked(cell, column)
                        for column in kept
                        for cell in (row.get(column, ""),)
                    ),
                )
                for line, row in enumerate(rows, start=1)
            ],
            dropped,
        )
