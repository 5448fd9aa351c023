"""Selections of which nobody knows who ended them: a recruiter says, and nobody guesses.

What a recruiter says is written like an import of its own, so it is undone like one: until
a letter that followed from it has left.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from node.clock import Clock, seconds
from node.domain.applicant import Outcome
from node.domain.batch_life import State
from node.domain.field import Field
from node.domain.mapping import RUNNING, ColumnMapping, End, document_of, word
from node.domain.record import NOBODY, Record, answered, unpack
from node.i18n import Bilingual
from node.services.application_rows import record_place
from node.services.records import Records
from node.storage import batches, reviews
from node.storage.database import Database, Tx
from node.storage.reviews import Unknown
from node.storage.tables.application import Batch
from protocol.identifiers import new_id
from protocol.taxonomy import EndedBy

MOST: Final = 500  # applications a page, and a transaction


@dataclass(frozen=True, slots=True)
class Unclear:
    """One application to be looked at."""

    id: str
    name: str = field(repr=False)
    job: str
    applied_on: date


@dataclass(frozen=True, slots=True)
class UnclearWord:
    """The applications of one source that ended with one text, which may be blank.

    The text of a step *is_end* not: who stands in that step later may be running.
    """

    source: str
    text: str
    is_end: bool
    applications: tuple[Unclear, ...]


@dataclass(frozen=True, slots=True)
class Reviews:
    """Use cases on selections of which nobody knows who ended them."""

    db: Database
    clock: Clock
    records: Records

    def count(self) -> int:
        """Return how many applications there are."""
        with self.db.read() as tx:
            return reviews.count(tx)

    def listed(self) -> list[UnclearWord]:
        """Return the oldest of them, those with one text of one source together."""
        with self.db.read() as tx:
            found = reviews.oldest(tx, limit=MOST)
        groups: dict[tuple[str, str, bool], list[Unclear]] = {}
        for one in found:
            record = self._opened(one)
            said = record.application
            line = Unclear(one.known.id, record.identity.name, said.job, said.applied_on)
            key = (one.source, said.original_status, bool(_end_word(record)))
            groups.setdefault(key, []).append(line)
        by_number = sorted(groups.items(), key=lambda group: -len(group[1]))
        return [UnclearWord(*key, tuple(lines)) for key, lines in by_number]

    def answer(self, applications: Collection[str], who: EndedBy) -> int:
        """Say of *applications* who ended them; return of how many it was unknown.

        NOBODY lets them run on. Nothing is concluded for later files from it.
        """
        return self._answered(applications, who, remember=False)

    def answer_always(self, applications: Collection[str], who: EndedBy) -> int:
        """Say it, and let the same texts of the same sources mean it from now on."""
        return self._answered(applications, who, remember=True)

    def _answered(self, applications: Collection[str], who: EndedBy, *, remember: bool) -> int:
        with self.db.begin() as tx:
            found = reviews.among(tx, applications)
            for source in sorted({one.source for one in found}):
                mine = [one for one in found if one.source == source]
                opened = [(one, self._opened(one)) for one in mine]
                words = {_end_word(record) for _, record in opened}
                batch_id = self._batch(tx, source, who, words if remember else set(), len(mine))
                self._write(tx, opened, who, batch_id)
        return len(found)

    def _write(
        self, tx: Tx, opened: Sequence[tuple[Unknown, Record]], who: EndedBy, batch_id: str
    ) -> None:
        people = self.records.chunk()
        people.load(tx, {one.known.person_id for one, _ in opened})
        for one, record in opened:
            people.change(one.known, answered(record, who), (), batch_id)
        people.write(tx)

    def _batch(self, tx: Tx, source: str, who: EndedBy, words: set[str], rows: int) -> str:
        """Add the import that the answer is, with what it remembers for the source."""
        end = RUNNING if who is NOBODY else End(Outcome.ENDED, who)
        known = {text: end for text in words if text}
        mapping = ColumnMapping(source, Bilingual(source, source), {}, ends=known)
        now = seconds(self.clock.now())
        batch = Batch.new(
            id=new_id(),
            source=source,
            state=State.DONE,
            format=batches.REVIEW,
            encoding="",
            header="[]",
            mapping=json.dumps(document_of(mapping)),
            dropped="{}",
            chunks=0,
            lines=rows,
            done=rows,
            rows=rows,
            updated=rows,
            started=now,
            finished=now,
        )
        batches.add(tx, batch)
        return batch.id

    def _opened(self, one: Unknown) -> Record:
        vault, known = self.records.vault, one.known
        key = vault.profile_key(known.person_id, one.profile_key)
        return unpack(vault.open_under(key, known.person_id, record_place(known.id), known.sealed))


def _end_word(record: Record) -> str:
    """Return the word in the column of the end, blank where there is none."""
    return word(record.cells.get(Field.END, ""))
