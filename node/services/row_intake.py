"""Rows that a connector read go the way of a file: freed, sealed, mapped, taken in."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from node.clock import seconds
from node.domain.batch_life import State
from node.domain.forbidden import masked
from node.domain.mapping import ColumnMapping, document_of
from node.domain.sheet import Record, column_name
from node.services.intake import Import, Intake
from node.storage import batches
from node.storage.staged_files import PIECE
from node.storage.tables.application import Batch
from protocol.identifiers import new_id

_FORMAT: Final = "api"


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
        staging = self.intake.staging
        columns = tuple(dict.fromkeys(column for row in rows for column in row))
        names = [column_name(column) for column in columns]
        gone = {
            column: rule.name
            for column in columns
            if (rule := staging.forbidden.rule_of(column)) is not None
        }
        kept = [column for column in columns if column not in gone]
        header = [name for column, name in zip(columns, names, strict=True) if column not in gone]
        mapping.check(header)
        dropped = Counter(
            rule for row in rows for column, rule in gone.items() if row.get(column, "").strip()
        )
        records = [
            Record(line, tuple(masked(row.get(column, ""), column) for column in kept))
            for line, row in enumerate(rows, start=1)
        ]
        batch_id = new_id()
        pieces = [records[at : at + PIECE] for at in range(0, len(records), PIECE)]
        for place, piece in enumerate(pieces):
            staging.files.write(batch_id, place, piece)
        with self.intake.db.begin() as tx:
            batches.add(
                tx,
                Batch.new(
                    id=batch_id,
                    source=source,
                    state=State.COMMITTING,
                    format=_FORMAT,
                    encoding="utf-8",
                    header=json.dumps(header),
                    mapping=json.dumps(document_of(mapping)),
                    dropped=json.dumps(dropped),
                    chunks=len(pieces),
                    lines=len(records),
                    started=seconds(self.intake.clock.now()),
                ),
            )
        return self.intake.commit(batch_id, _unseen)


def _unseen(_done: int, _lines: int) -> None:
    """Show nobody how far an import is; its record says so."""
