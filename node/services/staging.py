"""Files handed in: read in a child, freed of what may not be collected, and sealed.

Nothing is in the records until an operator has seen the columns and commits.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Final

from node.clock import Clock, seconds
from node.connectors.files.reader import OpenedFile, SheetReader
from node.domain.batch_life import Event, State, advance
from node.domain.errors import FileRefusedError, MappingError
from node.domain.forbidden import Forbidden, masked
from node.domain.mapping import ColumnMapping, document_of, guess, mapping_from
from node.domain.sheet import Record, Sheet, are_names
from node.services.errors import BusyError, NoSuchBatchError, RefusedChoiceError
from node.services.remembered import remembered
from node.storage import batches
from node.storage.database import Database, Tx
from node.storage.staged_files import PIECE, StagedFiles
from node.storage.tables.application import Batch
from protocol.identifiers import new_id

SAMPLES: Final = 3
READ_AT_ONCE: Final = 2  # files; a child each, so that many uploads starve nothing
KEPT: Final = timedelta(days=7)  # a staged file that nobody takes in
LEFT: Final = timedelta(days=1)  # pieces that a stop left behind; no file is read so long
_OVER: Final = frozenset({State.DONE, State.UNDONE, State.DISCARDED})
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a staged file, what it means, and the first values in it."""

    header: str
    meaning: str | None
    samples: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A column that may not be collected: by which rule, its legal ground, its filled cells."""

    column: str
    rule: str
    ground: str
    cells: int


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
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True)
class Staging:
    """Use cases on files that are not committed yet."""

    db: Database
    clock: Clock
    reader: SheetReader
    files: StagedFiles
    forbidden: Forbidden
    presets: Mapping[str, ColumnMapping]
    _room: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(READ_AT_ONCE), repr=False
    )

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

        Without one it is the sheet that the source was last read from, else the largest.

        Raises:
            FileRefusedError: the file as a whole; nothing of it was stored.
            RefusedChoiceError: *source* is no short name.
            BusyError: too many files are being read at this moment.
        """
        check_source(source)
        batch_id = new_id()
        with self.db.read() as tx:
            usual = batches.last_sheet(tx, source)
        with self._turn(), self.reader.open(content, filename) as opened:
            place = _place_of(opened, sheet, usual)
            found = _with_header(opened.sheets[place], header_line)
            kept = self.forbidden.kept(found.header)
            header = [found.header[one] for one in kept]
            gone = {one: found.header[one] for one in {*range(len(found.header))} - {*kept}}
            dropped: Counter[str] = Counter(dict.fromkeys(gone.values(), 0))
            records = opened.records(place, found.header_line)
            freed = self._freed(records, found.header, kept, gone, dropped)
            pieces, rows = self._write(batch_id, freed)
        with self.db.begin() as tx:
            mapping = self._remembered(tx, source, header).graded(header, self._first(batch_id))
            batch = Batch.new(
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
                lines=rows,
                started=seconds(self.clock.now()),
            )
            batches.add(tx, batch)
        return batch_id

    def staged(self, batch_id: str, preset: str | None = None) -> Staged:
        """Return a staged file with its columns, as *preset* reads them where one is named.

        Raises:
            NoSuchBatchError: there is none of that id, or it is staged no more.
            RefusedChoiceError: there is no such preset.
        """
        with self.db.read() as tx:
            batch = _staged(tx, batch_id)
        header: list[str] = json.loads(batch.header)
        mapping = mapping_of(batch) if preset is None else self.preset(preset).of_header(header)
        first = self._first(batch_id)
        cells: dict[str, int] = json.loads(batch.dropped)
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
            dropped=tuple(
                Dropped(column, rule.name, rule.ground, cells[column])
                for column in cells
                if (rule := self.forbidden.rule_of(column)) is not None
            ),
        )

    def preset(self, name: str) -> ColumnMapping:
        """Return a mapping that ships.

        Raises:
            RefusedChoiceError: there is none of that name.
        """
        if name not in self.presets:
            raise RefusedChoiceError("mapping", f"no such mapping; there is {self._names()}")
        return self.presets[name]

    def map(self, batch_id: str, mapping: ColumnMapping) -> None:
        """Choose what the columns of a staged file mean, and remember it for its source.

        Raises:
            NoSuchBatchError: there is none of that id, or it is staged no more.
            MappingError: the file cannot be read by *mapping*.
        """
        with self.db.begin() as tx:
            batch = _staged(tx, batch_id)
            header: list[str] = json.loads(batch.header)
            mapping.check(header)
            mapping = remembered(tx, batch.source, mapping)
            mapping = mapping.graded(header, self._first(batch_id))
            batch.mapping = json.dumps(document_of(mapping))

    def check_familiar(self, batch_id: str) -> None:
        """Return if a staged file has all columns that the source's saved mapping reads.

        Raises:
            NoSuchBatchError: there is none of that id, or it is staged no more.
            MappingError: nothing was saved yet, or columns are missing.
        """
        with self.db.read() as tx:
            batch = _staged(tx, batch_id)
            header: list[str] = json.loads(batch.header)
            saved = self._saved(tx, batch.source, header)
        if saved is None or not saved.columns:
            raise MappingError("no-mapping")
        missing = saved.columns.keys() - set(header)
        if missing:
            raise MappingError("other-columns", *sorted(missing))

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
            # Where the file had no header these were of a person.
            batch.header, batch.mapping, batch.sheet = "[]", "{}", None
        self.files.drop(batch_id)

    def discard_old(self) -> None:
        """Destroy staged files that nobody took in for a week, and what a stop left of others."""
        now = self.clock.now()
        with self.db.read() as tx:
            old = batches.in_state(tx, State.STAGED, before=seconds(now - KEPT))
        for batch_id in old:
            self.discard(batch_id)
        for batch_id in self.files.older(seconds(now - LEFT)):
            with self.db.read() as tx:
                batch = batches.of(tx, batch_id)
            if batch is None or batch.state in _OVER:
                self.files.drop(batch_id)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._room.acquire(blocking=False):
            raise BusyError("other files are being read; try again in a moment")
        try:
            yield
        finally:
            self._room.release()

    def _first(self, batch_id: str) -> list[Record]:
        """Return the first records of a staged file."""
        return list(self.files.read(batch_id, 1))

    def _names(self) -> str:
        return ", ".join(sorted(self.presets))

    def _write(self, batch_id: str, records: Iterator[Record]) -> tuple[int, int]:
        """Store *records*; return how many pieces and records; one that breaks off leaves none."""
        pieces = rows = 0
        with ExitStack() as broken_off:
            broken_off.callback(self.files.drop, batch_id)
            while piece := list(islice(records, PIECE)):
                self.files.write(batch_id, pieces, piece)
                pieces, rows = pieces + 1, rows + len(piece)
            if not pieces:
                raise FileRefusedError("no-rows")
            broken_off.pop_all()
        return pieces, rows

    def _saved(self, tx: Tx, source: str, header: list[str]) -> ColumnMapping | None:
        """Return how the source's last file with these columns was read, else its last file."""
        last = batches.last_mapping(tx, source, header=json.dumps(header))
        last = last or batches.last_mapping(tx, source)
        return None if last is None else mapping_from(source, json.loads(last))

    def _remembered(self, tx: Tx, source: str, header: list[str]) -> ColumnMapping:
        """Return the source's saved mapping where it fits, else the nearest preset.

        Files of several media may come under one source: where columns are missing, the
        mapping that reads more counts.
        """
        saved = self._saved(tx, source, header)
        found = guess(header, self.presets.values())
        if saved is not None:
            with suppress(MappingError):
                saved.check(header)
                here = saved.of_header(header)
                if len(here.columns) >= min(len(saved.columns), len(found.columns)):
                    found = here
        return remembered(tx, source, found)

    def _freed(
        self,
        records: Iterator[Record],
        header: Sequence[str],
        kept: Sequence[int],
        gone: Mapping[int, str],
        dropped: Counter[str],
    ) -> Iterator[Record]:
        """Yield the records without what may not be collected, and count that by column."""
        named = [(place, header[place]) for place in kept]
        for record in records:
            cells = record.cells
            if record.fault is not None:
                # Its cells cannot be told apart by column, so none may stay beside a rule.
                free = () if gone else tuple(masked(cell, "") for cell in cells)
                yield Record(record.line, free, record.fault)
                continue
            if gone:
                dropped.update(name for place, name in gone.items() if cells[place].strip())
            yield Record(record.line, tuple([masked(cells[place], name) for place, name in named]))


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


def _place_of(opened: OpenedFile, name: str | None, usual: str | None) -> int:
    names = [sheet.name for sheet in opened.sheets]
    if name is None:
        return names.index(usual) if usual in names else 0
    if name not in names:
        raise FileRefusedError("no-sheet", *filter(None, names))
    return names.index(name)


def _with_header(sheet: Sheet, line: int | None) -> Sheet:
    """Return the sheet with its header at *line*, where one is told."""
    found = sheet if line is None else sheet.with_header(line)
    if not are_names(found.header):
        raise FileRefusedError("no-header")
    return found


def _staged(tx: Tx, batch_id: str) -> Batch:
    batch = batches.of(tx, batch_id)
    if batch is None or batch.state != State.STAGED:
        raise NoSuchBatchError("no staged file")
    return batch


def _samples(records: list[Record], place: int) -> tuple[str, ...]:
    values = (one.cells[place].strip() for one in records if place < len(one.cells))
    return tuple(islice((value for value in values if value), SAMPLES))
