"""Files handed in: read in a child, freed of what may not be collected, and sealed.

Nothing is in the records until an operator has seen the columns and commits.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from node.clock import Clock, seconds
from node.connectors.files.reader import OpenedFile, SheetReader
from node.domain.batch_life import Event, State, advance
from node.domain.errors import FileRefusedError
from node.domain.forbidden import Forbidden, masked
from node.domain.mapping import ColumnMapping, document_of, guess, mapping_from
from node.domain.sheet import Record, Sheet
from node.services.errors import NoSuchBatchError, RefusedChoiceError
from node.storage import batches
from node.storage.database import Database, Tx
from node.storage.staged_files import PIECE, StagedFiles
from node.storage.tables.application import Batch
from protocol.identifiers import new_id

SAMPLES: Final = 3
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a staged file, what it means, and the first values in it."""

    header: str
    meaning: str | None
    samples: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Staged:
    """A staged file as its mapping page shows it."""

    id: str
    source: str
    format: str
    encoding: str
    sheet: str | None
    lines: int
    mapping: ColumnMapping
    columns: tuple[Column, ...]
    dropped: Mapping[str, int]  # rule → cells that were not stored


@dataclass(frozen=True, slots=True)
class Staging:
    """Use cases on files that are not committed yet."""

    db: Database
    clock: Clock
    reader: SheetReader
    files: StagedFiles
    forbidden: Forbidden
    presets: Mapping[str, ColumnMapping]

    def stage(
        self,
        content: bytes,
        filename: str,
        source: str,
        *,
        sheet: str | None = None,
        header_line: int | None = None,
    ) -> str:
        """Take a file over and return the id of its import; *sheet* is a name in it.

        Raises:
            FileRefusedError: the file as a whole; nothing of it was stored.
            RefusedChoiceError: it has no such sheet, or *source* is no short name.
        """
        check_source(source)
        batch_id = new_id()
        with self.reader.open(content, filename) as opened:
            place = _place_of(opened, sheet)
            found = opened.sheets[place]
            if header_line is not None:
                found = found.with_header(header_line)
            kept = self.forbidden.kept(found.header)
            header = [found.header[one] for one in kept]
            dropped: Counter[str] = Counter()
            records = opened.records(place, found.header_line)
            pieces = self._write(batch_id, self._freed(records, found, kept, dropped))
        with self.db.begin() as tx:
            mapping = self._remembered(tx, source, header)
            batches.add(
                tx,
                Batch.new(
                    id=batch_id,
                    source=source,
                    state=State.STAGED,
                    format=found.format,
                    encoding=found.encoding,
                    sheet=found.name,
                    header=json.dumps(header),
                    mapping=json.dumps(document_of(mapping)),
                    dropped=json.dumps(dropped),
                    chunks=pieces,
                    lines=found.lines,
                    started=seconds(self.clock.now()),
                ),
            )
        return batch_id

    def staged(self, batch_id: str) -> Staged:
        """Return a staged file with its columns.

        Raises:
            NoSuchBatchError: there is none of that id, or it is staged no more.
        """
        with self.db.read() as tx:
            batch = batches.of(tx, batch_id)
        if batch is None or batch.state != State.STAGED:
            raise NoSuchBatchError("no staged file")
        mapping = mapping_of(batch)
        header: list[str] = json.loads(batch.header)
        first = list(islice(self.files.read(batch_id, batch.chunks), PIECE))
        return Staged(
            id=batch.id,
            source=batch.source,
            format=batch.format,
            encoding=batch.encoding,
            sheet=batch.sheet,
            lines=batch.lines,
            mapping=mapping,
            columns=tuple(
                Column(name, mapping.columns.get(name), _samples(first, place))
                for place, name in enumerate(header)
            ),
            dropped=json.loads(batch.dropped),
        )

    def map(self, batch_id: str, mapping: ColumnMapping) -> None:
        """Choose what the columns of a staged file mean, and remember it for its source.

        Raises:
            NoSuchBatchError: there is none of that id, or it is staged no more.
            MappingError: the file cannot be read by *mapping*.
        """
        with self.db.begin() as tx:
            batch = batches.of(tx, batch_id)
            if batch is None or batch.state != State.STAGED:
                raise NoSuchBatchError("no staged file")
            mapping.check(json.loads(batch.header))
            batch.mapping = json.dumps(document_of(mapping))

    def discard(self, batch_id: str) -> None:
        """Destroy a staged file of which nothing was taken in.

        Raises:
            NoSuchBatchError: there is none of that id.
            UnexpectedEventError: its commit has begun.
        """
        with self.db.begin() as tx:
            batch = batches.of(tx, batch_id)
            if batch is None:
                raise NoSuchBatchError("no staged file")
            batch.state = advance(batch.state, Event.DISCARD)
        self.files.drop(batch_id)

    def _write(self, batch_id: str, records: Iterator[Record]) -> int:
        """Store *records* and return in how many pieces; a file that breaks off leaves none."""
        pieces = 0
        try:
            while piece := list(islice(records, PIECE)):
                self.files.write(batch_id, pieces, piece)
                pieces += 1
        except FileRefusedError:
            self.files.drop(batch_id)
            raise
        if not pieces:
            raise FileRefusedError("no-rows")
        return pieces

    def _remembered(self, tx: Tx, source: str, header: list[str]) -> ColumnMapping:
        """Return the mapping that the source's last import used, else the nearest preset."""
        last = batches.last_mapping(tx, source)
        known = [] if last is None else [mapping_from(source, json.loads(last)).of_header(header)]
        preset = guess(header, self.presets.values())
        return max((*known, preset), key=lambda one: len(one.columns))

    def _freed(
        self,
        records: Iterator[Record],
        sheet: Sheet,
        kept: tuple[int, ...],
        dropped: Counter[str],
    ) -> Iterator[Record]:
        """Yield the records without what may not be collected, and count that."""
        gone = {
            place: rule.name
            for place, name in enumerate(sheet.header)
            if (rule := self.forbidden.rule_of(name)) is not None
        }
        for record in records:
            cells = record.cells
            if record.fault is not None:
                # Its cells cannot be told apart by column, so none may stay beside a rule.
                free = () if gone else tuple(masked(cell, "") for cell in cells)
                yield Record(record.line, free, record.fault)
                continue
            dropped.update(rule for place, rule in gone.items() if cells[place].strip())
            yield Record(
                record.line, tuple(masked(cells[place], sheet.header[place]) for place in kept)
            )


def check_source(source: str) -> None:
    """Return if *source* can name a system.

    Raises:
        RefusedChoiceError: it is no short name in lower case.
    """
    if _SOURCE.fullmatch(source) is None:
        raise RefusedChoiceError("source", "a source is a short name such as csv or herp-hire")


def mapping_of(batch: Batch) -> ColumnMapping:
    """Return the mapping of an import."""
    return mapping_from(batch.source, json.loads(batch.mapping))


def _place_of(opened: OpenedFile, name: str | None) -> int:
    if name is None:
        return 0
    for place, sheet in enumerate(opened.sheets):
        if sheet.name == name:
            return place
    raise RefusedChoiceError("sheet", "no such sheet in the file")


def _samples(records: list[Record], place: int) -> tuple[str, ...]:
    values = (one.cells[place].strip() for one in records if place < len(one.cells))
    return tuple(islice((value for value in values if value), SAMPLES))
