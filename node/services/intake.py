"""The intake: a staged file becomes records, a chunk of rows a transaction.

How far it is stands in the transaction of each chunk, so what broke off goes on where
it was. A row that stands there already changes nothing.
"""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Final

from node.clock import Clock, seconds
from node.domain.applicant import Application
from node.domain.batch_life import Event, State, advance
from node.domain.error_file import error_file
from node.domain.errors import MappingError
from node.domain.rows import ParsedRow, RowError, read_rows
from node.domain.vocabulary import Vocabulary
from node.services.errors import NoSuchBatchError
from node.services.records import Records, Taken
from node.services.staging import Staging, mapping_of
from node.storage import batches
from node.storage.database import Database, Tx
from node.storage.error_files import ErrorFiles
from node.storage.tables.application import Batch
from node.storage.vault import Vault
from protocol.taxonomy import EndedBy

CHUNK: Final = 1_000  # rows a transaction; other writers wait half a second for it
SHOWN: Final = 20  # rows that cannot be read, of a preview

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]  # lines done, lines in all
Told = Callable[[str, Application], bool]  # source and application: told elsewhere


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it stands; *warnings* counts (column, code) over all good rows."""

    id: str
    source: str
    state: State
    format: str
    encoding: str
    sheet: str | None
    started: int
    finished: int | None
    lines: int
    rows: int  # that are dealt with so far
    added: int
    updated: int
    unchanged: int
    suppressed: int
    errors: int
    warnings: tuple[tuple[str, str, int], ...]
    dropped: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import that ran to its end came to."""

    batch: str
    encoding: str
    rows: int
    added: int
    updated: int
    unchanged: int
    suppressed: int
    errors: tuple[RowError, ...] = field(repr=False)
    warnings: tuple[tuple[str, str, int], ...]
    dropped: tuple[tuple[str, int], ...]
    error_file: Path | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a commit would do, counted; nothing was changed."""

    rows: int = 0
    counts: Mapping[Taken, int] = field(default_factory=Counter)
    errors: int = 0
    first_errors: tuple[RowError, ...] = field(default=(), repr=False)  # without their cells
    unknown_ends: int = 0  # rows of which nobody can say who ended them
    told: int = 0  # rejections that get no letter, for they were told elsewhere
    is_part: bool = True  # more rows follow that were not looked at yet


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes staged files into the records."""

    db: Database
    clock: Clock
    vault: Vault
    staging: Staging
    error_files: ErrorFiles
    records: Records
    vocabulary: Vocabulary = field(repr=False)

    def import_file(
        self, content: bytes, filename: str, *, source: str, progress: Progress
    ) -> ImportResult:
        """Take in a file as its source's mapping or the nearest preset reads it.

        Raises:
            FileRefusedError: the file as a whole; nothing was taken in.
            MappingError: columns that every application needs are missing; nothing was.
            RefusedChoiceError: *source* is no short name in lower case.
        """
        batch_id = self.staged(content, filename, source=source)
        done = self.commit(batch_id, progress)
        return ImportResult(
            batch=batch_id,
            encoding=done.encoding,
            rows=done.rows,
            added=done.added,
            updated=done.updated,
            unchanged=done.unchanged,
            suppressed=done.suppressed,
            errors=tuple(self.errors(batch_id)),
            warnings=done.warnings,
            dropped=done.dropped,
            error_file=self.write_error_file(batch_id),
        )

    def staged(self, content: bytes, filename: str, *, source: str) -> str:
        """Stage a file as :meth:`import_file` reads it and let it be taken in; return its id."""
        batch_id = self.staging.stage(content, filename, source)
        try:
            self.begin(batch_id)
        except MappingError:
            self.staging.discard(batch_id)
            raise
        return batch_id

    def begin(self, batch_id: str) -> None:
        """Let a staged file be taken in.

        Raises:
            NoSuchBatchError: there is none of that id.
            UnexpectedEventError: it is staged no more.
            MappingError: its columns cannot be read yet.
        """
        with self.db.begin() as tx:
            batch = _batch(tx, batch_id)
            mapping_of(batch).check(json.loads(batch.header))
            batch.state = advance(batch.state, Event.COMMIT)

    def commit(self, batch_id: str, progress: Progress) -> Import:
        """Take in what is left of an import that began, and return it as it is then.

        Two processes may do it at once: each chunk is taken in by one of them.
        """
        while True:
            with self.db.read() as tx:
                batch = _batch(tx, batch_id)
            if batch.state != State.COMMITTING:
                return _import(batch)
            if self._take_all(batch, progress):
                return self._finish(batch_id)

    def has_begun(self, batch_id: str) -> bool:
        """Tell whether an import is staged no more."""
        past = self.past(batch_id)
        return past is not None and past.state is not State.STAGED

    def is_due(self) -> bool:
        """Tell whether an import began and is not finished."""
        with self.db.read() as tx:
            return bool(batches.in_state(tx, State.COMMITTING))

    def commit_due(self) -> int:
        """Take in every import that began and is not finished; return how many."""
        with self.db.read() as tx:
            due = batches.in_state(tx, State.COMMITTING)
        for batch_id in due:
            self.commit(batch_id, unseen)
        return len(due)

    def history(self, *, limit: int = 20) -> list[Import]:
        """Return the latest imports, the newest first."""
        with self.db.read() as tx:
            return [_import(batch) for batch in batches.newest(tx, limit=limit)]

    def past(self, batch_id: str) -> Import | None:
        """Return one import, None where there is none of that id."""
        with self.db.read() as tx:
            batch = batches.of(tx, batch_id)
            return None if batch is None else _import(batch)

    def preview(self, batch_id: str, told: Told, seen: Callable[[Preview], object]) -> Preview:
        """Return what a commit of a staged file would do; *seen* is told after each chunk.

        Raises:
            NoSuchBatchError: there is none of that id, or what it was meanwhile has changed.
            MappingError: its columns cannot be read yet.
        """
        with self.db.read() as tx:
            first = _batch(tx, batch_id)
        found = Preview()
        for chunk in _chunks(self._read(first)):
            # A transaction a chunk: a long file must not hold up whoever writes.
            with self.db.read() as tx:
                batch = _batch(tx, batch_id)
                if (batch.state, batch.mapping) != (State.STAGED, first.mapping):
                    raise NoSuchBatchError("no longer staged like this")
                found = self._foreseen(tx, batch, chunk, found, told)
            seen(found)
        return replace(found, is_part=False)

    def _foreseen(
        self,
        tx: Tx,
        batch: Batch,
        chunk: Sequence[ParsedRow | RowError],
        before: Preview,
        told: Told,
    ) -> Preview:
        """Return *before* with a chunk more."""
        good = [row for row in chunk if isinstance(row, ParsedRow)]
        foreseen = self.records.foresee(
            tx, good, source=batch.source, mapping=mapping_of(batch), batch_id=batch.id
        )
        errors = [row for row in (*chunk, *foreseen) if isinstance(row, RowError)]
        errors.sort(key=lambda row: row.line)
        shown = (*before.first_errors, *(replace(row, cells=()) for row in errors))
        return Preview(
            rows=before.rows + len(chunk),
            counts=Counter(before.counts)
            + Counter(one for one in foreseen if isinstance(one, Taken)),
            errors=before.errors + len(errors),
            first_errors=shown[:SHOWN],
            unknown_ends=before.unknown_ends
            + sum(row.application.ended_by == EndedBy.UNKNOWN for row in good),
            told=before.told + sum(told(batch.source, row.application) for row in good),
        )

    def error_file(self, batch_id: str) -> bytes | None:
        """Return the rows that an import left out as a file to mend, None where there are none."""
        with self.db.read() as tx:
            batch = batches.of(tx, batch_id)
        if batch is None or not batch.errors:
            return None
        return error_file(self.errors(batch_id), json.loads(batch.header))

    def errors(self, batch_id: str) -> Iterator[RowError]:
        """Yield the rows that an import left out, by line."""
        with self.db.read() as tx:
            found = batches.faults(tx, batch_id)
        for line, sealed in found:
            yield self._opened(batch_id, line, sealed)

    def write_error_file(self, batch_id: str) -> Path | None:
        """Write the rows that an import left out beside the database, readable by its owner."""
        content = self.error_file(batch_id)
        return None if content is None else self.error_files.write(batch_id, content)

    def _read(self, batch: Batch) -> Iterator[ParsedRow | RowError]:
        return read_rows(
            self.staging.files.read(batch.id, batch.chunks),
            json.loads(batch.header),
            mapping_of(batch),
            self.vocabulary,
        )

    def _take_all(self, batch: Batch, progress: Progress) -> bool:
        """Take in the rows that are left; False where another process took some of them."""
        done = batch.done
        try:
            for chunk in _chunks(islice(self._read(batch), done, None)):
                if not self._take(batch.id, chunk, done):
                    return False
                done += len(chunk)
                progress(min(chunk[-1].line, batch.lines), batch.lines)
        except FileNotFoundError:
            # Whoever takes the last rows in destroys the file.
            self._note_loss(batch.id)
            return True
        progress(batch.lines, batch.lines)
        return True

    def _take(self, batch_id: str, chunk: list[ParsedRow | RowError], done: int) -> bool:
        """Take in the chunk behind *done* rows; False where another process did."""
        with self.db.begin() as tx:
            batch = _batch(tx, batch_id)
            if batch.state != State.COMMITTING or batch.done != done:
                return False
            good = [row for row in chunk if isinstance(row, ParsedRow)]
            taken = self.records.take(
                tx, good, source=batch.source, mapping=mapping_of(batch), batch_id=batch_id
            )
            errors = [row for row in chunk if isinstance(row, RowError)]
            errors += [one for one in taken if isinstance(one, RowError)]
            for error in errors:
                batches.put_fault(tx, batch_id, error.line, self._sealed(batch_id, error))
            counts = Counter(one for one in taken if isinstance(one, Taken))
            batch.added += counts[Taken.ADDED]
            batch.updated += counts[Taken.UPDATED]
            batch.unchanged += counts[Taken.UNCHANGED]
            batch.suppressed += counts[Taken.SUPPRESSED]
            batch.errors += len(errors)
            batch.rows += len(chunk)
            batch.done += len(chunk)
            batch.warnings = _more_warnings(batch.warnings, good)
            return True

    def _note_loss(self, batch_id: str) -> None:
        """Keep as a row left out that the rest of a file is gone, if it is missed."""
        with self.db.begin() as tx:
            batch = _batch(tx, batch_id)
            if batch.state == State.COMMITTING:
                log.error("staged file is gone", extra={"batch": batch_id})
                known = (line for line, _ in batches.faults(tx, batch_id))
                lost = RowError(max((batch.lines, *known)) + 1, (("", "lost"),), ())
                batches.put_fault(tx, batch_id, lost.line, self._sealed(batch_id, lost))
                batch.errors += 1

    def _finish(self, batch_id: str) -> Import:
        with self.db.begin() as tx:
            batch = _batch(tx, batch_id)
            if batch.state == State.COMMITTING:
                batch.state = advance(batch.state, Event.FINISH)
                batch.finished = seconds(self.clock.now())
                log.info("import finished", extra={"batch": batch_id, "errors": batch.errors})
            finished = _import(batch)
        self.staging.files.drop(batch_id)
        return finished

    def _sealed(self, batch_id: str, error: RowError) -> bytes:
        plain = json.dumps([error.problems, error.cells]).encode()
        return self.vault.seal_own(f"fault/{batch_id}/{error.line}", plain)

    def _opened(self, batch_id: str, line: int, sealed: bytes) -> RowError:
        plain = self.vault.open_own(f"fault/{batch_id}/{line}", sealed)
        problems, cells = json.loads(plain)
        return RowError(line, tuple((column, code) for column, code in problems), tuple(cells))


def unseen(_done: int, _lines: int) -> None:
    """Show nobody how far an import is; its record says so."""


def _batch(tx: Tx, batch_id: str) -> Batch:
    batch = batches.of(tx, batch_id)
    if batch is None:
        raise NoSuchBatchError("no such import")
    return batch


def _import(batch: Batch) -> Import:
    return Import(
        id=batch.id,
        source=batch.source,
        state=State(batch.state),
        format=batch.format,
        encoding=batch.encoding,
        sheet=batch.sheet,
        started=batch.started,
        finished=batch.finished,
        lines=batch.lines,
        rows=batch.rows,
        added=batch.added,
        updated=batch.updated,
        unchanged=batch.unchanged,
        suppressed=batch.suppressed,
        errors=batch.errors,
        warnings=tuple((column, code, rows) for column, code, rows in json.loads(batch.warnings)),
        dropped=tuple(sorted(json.loads(batch.dropped).items())),
    )


def _more_warnings(so_far: str, rows: list[ParsedRow]) -> str:
    counted = Counter({(column, code): rows for column, code, rows in json.loads(so_far)})
    counted.update(warning for row in rows for warning in set(row.warnings))
    return json.dumps([[*said, number] for said, number in sorted(counted.items())])


def _chunks(
    rows: Iterator[ParsedRow | RowError],
) -> Iterator[list[ParsedRow | RowError]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
