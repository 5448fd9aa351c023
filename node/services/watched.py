"""Watched folders: what a system puts there is taken in as its source's files were before."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from node.clock import Clock
from node.connectors.files.folder import DropFolder
from node.domain.errors import FileRefusedError, MappingError
from node.domain.refusals import refusal
from node.domain.sheet import MAX_FILE_BYTES
from node.domain.vocabulary import Vocabulary
from node.i18n import Bilingual
from node.services.errors import BusyError
from node.services.staging import Staging

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that waits in error/ of a source's folder, and what to do about it."""

    source: str
    name: str = field(repr=False)
    why: Bilingual = field(repr=False)


@dataclass(frozen=True, slots=True)
class Watched:
    """The folders of all sources that have one; *start* lets a staged file in."""

    clock: Clock
    staging: Staging
    start: Callable[[str], object]
    vocabulary: Vocabulary = field(repr=False)
    folders: Mapping[str, DropFolder]

    def take_due(self) -> int:
        """Take in, of each folder, the oldest file that has stood still for a minute.

        One a look, so that files of one source are taken in in their order. Returns how many
        were dealt with.
        """
        dealt = 0
        for source, folder in self.folders.items():
            try:
                for file in folder.ripe(now=self.clock.now())[:1]:
                    self._take(source, folder, file)
                    dealt += 1
            except BusyError:
                return dealt  # the next tick finds it again
            except OSError:
                log.warning("watched folder cannot be used", extra={"source": source})
        return dealt

    def unusable(self) -> list[str]:
        """Return the sources whose folder is not there, or not the node's to read and change."""
        return [source for source, folder in self.folders.items() if not folder.is_usable]

    def refused(self) -> list[RefusedFile]:
        """Return the files that were not taken in and are still there."""
        return [
            RefusedFile(source, one.name, _said(one.why))
            for source, folder in self.folders.items()
            for one in folder.refused()
        ]

    def _take(self, source: str, folder: DropFolder, file: Path) -> None:
        mine = folder.claim(file)
        try:
            self.start(self._staged(source, folder, mine))
        except (FileRefusedError, MappingError) as error:
            said = refusal(error, self.vocabulary)
            folder.refuse(mine, f"{said.ja}\n{said.en}")
            log.warning("watched file refused", extra={"source": source, "code": error.code})
        else:
            folder.finish(mine)

    def _staged(self, source: str, folder: DropFolder, file: Path) -> str:
        try:
            content = folder.read(file, MAX_FILE_BYTES + 1)
        except OSError:
            raise FileRefusedError("no-access") from None
        batch_id = self.staging.stage(content, file.name, source)
        try:
            self.staging.check_familiar(batch_id)
        except MappingError:
            self.staging.discard(batch_id)
            raise
        return batch_id


def _said(note: str) -> Bilingual:
    """Return what stands in a note, one language a line."""
    japanese, _, english = note.partition("\n")
    return Bilingual(japanese, english or japanese)
