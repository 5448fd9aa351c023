"""Imports in the background: one after the other, whoever is looking, after a restart too."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from node.services.intake import Intake
from node.services.letters import Letters

# Runs a named step after the caller has gone on, and logs where it breaks off.
Beside = Callable[[str, Callable[[], object]], object]


@dataclass(slots=True)
class ImportRun:
    """Takes in what was let in; the letters of an import are queued when it ends."""

    intake: Intake
    letters: Letters
    beside: Beside
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    # What ended before a restart may have left its letters unqueued.
    _is_queued: bool = False

    def start(self, batch_id: str) -> None:
        """Let a staged file in and begin to take it in.

        Raises:
            NoSuchBatchError: there is none of that id.
            UnexpectedEventError: it is staged no more.
            MappingError: its columns cannot be read yet.
        """
        self.intake.begin(batch_id)
        self.beside("import", self._take)

    def resume(self) -> None:
        """Go on, beside the caller, with what began; queue letters that a stop left out."""
        if not self._is_queued:
            self.queue_letters()
        if self.intake.is_due():
            self.beside("import", self._take)

    def queue_letters(self) -> None:
        """Queue the letters of all that has ended."""
        self.letters.queue_rejections()
        self._is_queued = True

    def _take(self) -> None:
        if not self._lock.acquire(blocking=False):
            return  # whoever holds it looks once more before it ends
        try:
            while self.intake.commit_due():
                self._is_queued = False
                self.queue_letters()
        finally:
            self._lock.release()
