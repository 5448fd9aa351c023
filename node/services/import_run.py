"""One import at a time in the background, for a page that shows how far it is."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from node.services.errors import ServiceError
from node.services.intake import Intake
from node.services.letters import Letters

# Runs a named step after the caller has gone on, and logs where it breaks off.
Beside = Callable[[str, Callable[[], object]], object]


class ImportRunningError(ServiceError):
    """Another import is not finished."""


@dataclass(slots=True)
class ImportRun:
    """Runs an import beside the pages; its letters are queued when it ends."""

    intake: Intake
    letters: Letters
    beside: Beside
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _progress: tuple[int, int] | None = None

    @property
    def progress(self) -> tuple[int, int] | None:
        """The lines done and in all of the running import, None where none runs."""
        return self._progress

    def start(self, content: bytes, filename: str, source: str) -> None:
        """Begin an import; where it breaks off, it goes on with the next.

        Raises:
            FileRefusedError: the file as a whole; nothing was taken in.
            MappingError: columns that every application needs are missing; nothing was.
            RefusedChoiceError: *source* is no short name in lower case.
            ImportRunningError: one is running.
        """
        with self._lock:
            if self._progress is not None:
                raise ImportRunningError("another import is running")
            batch_id = self.intake.staged(content, filename, source=source)
            self._progress = (0, 0)
        self.beside("import", lambda: self._run(batch_id))

    def _run(self, batch_id: str) -> None:
        try:
            self.intake.commit(batch_id, self._show)
            self.letters.queue_rejections()
        finally:
            self._progress = None

    def _show(self, done: int, lines: int) -> None:
        self._progress = (done, lines)
