"""The way back of an import: what stood before stands again, as long as nothing of it went out.

A chunk of applications is one transaction and forgets in it what it has put back, so what
broke off goes on where it was.
"""

import logging
from dataclasses import dataclass
from typing import Final

from node.domain.batch_life import Event, State, advance
from node.services.errors import NoSuchBatchError, UndoRefusedError
from node.services.records import Records
from node.storage import batches, records, undoing
from node.storage.database import Database, Tx
from node.storage.staged_files import StagedFiles
from node.storage.tables.application import Batch

CHUNK: Final = 500  # applications a transaction

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Undo:
    """Takes imports back."""

    db: Database
    records: Records
    files: StagedFiles

    def undo(self, batch_id: str) -> None:
        """Put back what stood before an import, and forget what it added.

        Its letters that nobody has are forgotten first.

        Raises:
            NoSuchBatchError: there is none of that id.
            UnexpectedEventError: it took nothing in, or was taken back before.
            UndoRefusedError: something of it went out; nothing was changed.
        """
        with self.db.begin() as tx:
            batch = _batch(tx, batch_id)
            _check(tx, batch)
            batch.state = advance(batch.state, Event.UNDO)
            undoing.drop_letters(tx, batch)
        self._go_on(batch_id)

    def undo_due(self) -> int:
        """Take back the rest of every import whose undoing broke off; return how many."""
        with self.db.read() as tx:
            due = batches.in_state(tx, State.UNDOING)
        for batch_id in due:
            self._go_on(batch_id)
        return len(due)

    def _go_on(self, batch_id: str) -> None:
        while self._take_back(batch_id):
            pass
        self.files.drop(batch_id)

    def _take_back(self, batch_id: str) -> bool:
        """Put a chunk back; False where it was the last."""
        with self.db.begin() as tx:
            batch = _batch(tx, batch_id)
            if batch.state != State.UNDOING:
                return False
            # A letter may have been queued between two chunks.
            undoing.drop_letters(tx, batch)
            found = undoing.changes(tx, batch, limit=CHUNK)
            if not found:
                # What is left was written again or went out meanwhile, and stays.
                undoing.drop_changes(tx, batch_id)
                records.drop_orphans(tx)
                batches.drop_faults(tx, batch_id)
                batch.state = advance(batch.state, Event.FINISH)
                log.info("import undone", extra={"batch": batch_id})
                return False
            undoing.drop_changes(tx, batch_id, [one.application_id for one in found])
            people = self.records.chunk()
            people.load(tx, {one.person_id for one in found})
            for one in found:
                people.take_back(one)
            people.write(tx)
            return True


def _batch(tx: Tx, batch_id: str) -> Batch:
    batch = batches.of(tx, batch_id)
    if batch is None:
        raise NoSuchBatchError("no such import")
    return batch


def _check(tx: Tx, batch: Batch) -> None:
    letters = undoing.letters_gone(tx, batch)
    changed = undoing.changed_since(tx, batch)
    consents = undoing.consented_since(tx, batch)
    if letters or changed or consents:
        raise UndoRefusedError(letters, changed, consents)
