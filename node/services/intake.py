"""The intake: a file of applications becomes records, row by row, with an error file beside.

Each chunk of rows is one transaction. A row that stands there already changes nothing,
so a file whose import broke off is simply imported again.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Final

from crypto import canonical_json
from crypto.canonical_json import Json
from node.clock import Clock, day_of, seconds
from node.domain.contact import match_keys
from node.domain.csv_applications import (
    ParsedRow,
    RowError,
    open_applications,
    read_applications,
)
from node.domain.csv_text import CsvText
from node.domain.error_file import error_file
from node.domain.sameness import may_be_same
from node.domain.vocabulary import Vocabulary
from node.services.applicants import Applicants
from node.services.errors import RefusedChoiceError
from node.storage import applicants, applications, people
from node.storage.database import Database, Tx
from node.storage.error_files import ErrorFiles
from node.storage.tables.application import Batch
from node.storage.vault import ErasedError, Vault
from protocol.identifiers import new_id

CHUNK: Final = 200  # rows a transaction
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}", re.ASCII)

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]  # lines done, lines in all


class Taken(StrEnum):
    """What became of a good row."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import came to; *warnings* counts (column, code) over all good rows."""

    batch: str
    encoding: str
    rows: int
    added: int
    updated: int
    unchanged: int
    suppressed: int
    errors: tuple[RowError, ...] = field(repr=False)
    warnings: tuple[tuple[tuple[str, str], int], ...]
    error_file: Path | None


@dataclass(frozen=True, slots=True)
class PastImport:
    """The record of an import; *finished* is None where it broke off."""

    id: str
    source: str
    encoding: str
    started: int
    finished: int | None
    rows: int
    added: int
    updated: int
    unchanged: int
    suppressed: int
    errors: int


@dataclass(slots=True)
class _Tally:
    """The counts of a running import."""

    taken: Counter[Taken] = field(default_factory=Counter)
    warnings: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes in files of applications."""

    db: Database
    clock: Clock
    vault: Vault
    applicants: Applicants
    vocabulary: Vocabulary = field(repr=False)
    error_files: ErrorFiles

    def import_csv(self, payload: bytes, *, source: str, progress: Progress) -> ImportResult:
        """Take in a file in the documented format; *source* names the system it is from.

        Raises:
            FileRefusedError: the file as a whole; nothing was taken in.
            RefusedChoiceError: *source* is no short name in lower case.
        """
        check_source(source)
        opened = open_applications(payload)
        batch_id, started = new_id(), seconds(self.clock.now())
        tally = _Tally()
        with self.db.begin() as tx:
            self._note(tx, batch_id, source, opened, started, tally)
        for chunk in _chunks(read_applications(opened, self.vocabulary)):
            with self.db.begin() as tx:
                for row in chunk:
                    self._take(tx, row, source, batch_id, tally)
            progress(chunk[-1].line, opened.lines)
        path = None
        if tally.errors:
            path = self.error_files.write(batch_id, error_file(tally.errors, opened.header))
        finished = seconds(self.clock.now())
        with self.db.begin() as tx:
            self._note(tx, batch_id, source, opened, started, tally, finished=finished)
        progress(opened.lines, opened.lines)
        counts = {str(taken): tally.taken[taken] for taken in Taken}
        log.info(
            "import finished", extra={"batch": batch_id, "errors": len(tally.errors), **counts}
        )
        return ImportResult(
            batch=batch_id,
            encoding=opened.encoding,
            rows=tally.taken.total() + len(tally.errors),
            added=tally.taken[Taken.ADDED],
            updated=tally.taken[Taken.UPDATED],
            unchanged=tally.taken[Taken.UNCHANGED],
            suppressed=tally.taken[Taken.SUPPRESSED],
            errors=tuple(tally.errors),
            warnings=tuple(sorted(tally.warnings.items())),
            error_file=path,
        )

    def history(self, *, limit: int = 20) -> list[PastImport]:
        """Return the latest imports, the newest first."""
        with self.db.read() as tx:
            return [_past(batch) for batch in applications.batches(tx, limit=limit)]

    def past(self, batch_id: str) -> PastImport | None:
        """Return one import, None where there is none of that id."""
        with self.db.read() as tx:
            batch = applications.batch(tx, batch_id)
            return None if batch is None else _past(batch)

    def error_file(self, batch_id: str) -> bytes | None:
        """Return the error file of an import, None where there is none."""
        return self.error_files.read(batch_id)

    def _take(
        self, tx: Tx, row: ParsedRow | RowError, source: str, batch_id: str, tally: _Tally
    ) -> None:
        if isinstance(row, RowError):
            tally.errors.append(row)
            return
        tally.warnings.update(set(row.warnings))
        tally.taken[self._apply(tx, row, source, batch_id)] += 1

    def _apply(self, tx: Tx, row: ParsedRow, source: str, batch_id: str) -> Taken:
        indexes = self._indexes(row, source)
        if people.is_suppressed(tx, [digest for _, digest in indexes]):
            return Taken.SUPPRESSED
        remote = self.vault.blind("application", f"{source}\n{row.application.remote_id}")
        content = self.vault.blind("row", canonical_json.dumps(_plain(row)).decode())
        known = applications.by_remote(tx, remote)
        if known is not None and known.content == content:
            return Taken.UNCHANGED
        if known is not None:
            self.applicants.change(tx, known, row, content, indexes)
            return Taken.UPDATED
        person_id = self._person(tx, row, indexes)
        self.applicants.add(tx, person_id, row, remote, content, batch_id, indexes)
        return Taken.ADDED

    def _indexes(self, row: ParsedRow, source: str) -> list[tuple[str, bytes]]:
        """Return the blind indexes of the row's person, the number in the ATS first."""
        candidate = ("candidate", self.vault.blind("candidate", f"{source}\n{row.candidate_id}"))
        keys = match_keys(row.identity)
        return [candidate, *((key.kind, self.vault.blind(key.kind, key.text)) for key in keys)]

    def _person(self, tx: Tx, row: ParsedRow, indexes: Sequence[tuple[str, bytes]]) -> str:
        """Return the person of a new row: by number, else by any match key, else a new one."""
        (_, candidate), *others = indexes
        known = people.by_index(tx, [candidate])
        if known:
            return known[0]
        matched = applicants.matched(tx, [digest for _, digest in others])
        for person_id in sorted(matched, key=lambda found: (-matched[found], found)):
            if self._may_be(tx, person_id, row):
                return person_id
        return self.vault.new_person(tx, day_of(self.clock.now()))

    def _may_be(self, tx: Tx, person_id: str, row: ParsedRow) -> bool:
        try:
            return may_be_same(self.applicants.identities.of(tx, person_id), row.identity)
        except ErasedError:
            return False

    def _note(
        self,
        tx: Tx,
        batch_id: str,
        source: str,
        opened: CsvText,
        started: int,
        tally: _Tally,
        *,
        finished: int | None = None,
    ) -> None:
        applications.put_batch(
            tx,
            Batch.new(
                id=batch_id,
                source=source,
                encoding=opened.encoding,
                started=started,
                finished=finished,
                rows=tally.taken.total() + len(tally.errors),
                errors=len(tally.errors),
                **{str(taken): tally.taken[taken] for taken in Taken},
            ),
        )


def check_source(source: str) -> None:
    """Return if *source* can name a system.

    Raises:
        RefusedChoiceError: it is no short name in lower case.
    """
    if _SOURCE.fullmatch(source) is None:
        raise RefusedChoiceError("source", "a source is a short name such as csv or herp-hire")


def _past(batch: Batch) -> PastImport:
    return PastImport(**batch.model_dump())


def _chunks(rows: Iterator[ParsedRow | RowError]) -> Iterator[list[ParsedRow | RowError]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _plain(row: ParsedRow) -> Json:
    """Return all that a row says, but not on which line."""
    return {
        "candidate": row.candidate_id,
        "identity": _json(row.identity),
        "profile": _json(row.profile),
        "application": _json(row.application),
    }


def _json(value: object) -> Json:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    if is_dataclass(value):
        return {one.name: _json(getattr(value, one.name)) for one in fields(value)}
    raise TypeError("not part of a record")
