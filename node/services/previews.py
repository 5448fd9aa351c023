"""Previews of long files: counted beside the page, which shows how far that is."""

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from node.domain.mapping import ColumnMapping
from node.services.errors import NoSuchBatchError
from node.services.import_run import Beside
from node.services.intake import Intake, Preview, Told
from node.services.staging import Staged

PATIENCE: Final = 2.0  # seconds that a page waits for the whole


@dataclass(slots=True)
class _Count:
    """One count, as far as it is."""

    mapping: ColumnMapping
    found: Preview = field(default_factory=Preview)
    over: threading.Event = field(default_factory=threading.Event, repr=False)

    def see(self, found: Preview) -> None:
        self.found = found


@dataclass(frozen=True, slots=True)
class Previews:
    """Counts what a commit would do; whoever looks at one file looks at one count."""

    intake: Intake
    told: Told
    beside: Beside
    patience: float = PATIENCE
    _counts: dict[str, _Count] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def of(self, staged: Staged) -> Preview:
        """Return what a commit would do to the rows of a file that were counted so far.

        Raises:
            MappingError: its columns cannot be read yet.
        """
        staged.mapping.check([column.header for column in staged.columns])
        with self._lock:
            count = self._counts.get(staged.id)
            if count is None or count.mapping != staged.mapping:
                self._forget()
                count = self._counts[staged.id] = _Count(staged.mapping)
                self.beside("preview", partial(self._count, staged.id, count))
        if count.over.wait(self.patience):
            # Seen whole: whoever looks again wants what would happen then.
            self._counts.pop(staged.id, None)
        return count.found

    def _forget(self) -> None:
        """Forget the counts whose end nobody came back to see."""
        for batch_id in [key for key, count in self._counts.items() if count.over.is_set()]:
            del self._counts[batch_id]

    def _count(self, batch_id: str, count: _Count) -> None:
        try:
            # The file may be let in, discarded or read by other columns meanwhile.
            with suppress(NoSuchBatchError, FileNotFoundError):
                count.see(self.intake.preview(batch_id, self.told, count.see))
        finally:
            count.over.set()
