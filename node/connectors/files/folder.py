"""A folder into which another program or a person puts files to be taken in.

A file is ripe when its size and time have not moved for a minute, so that one that is
still being written is left alone. It is moved aside before it is read, so that it is
never read twice but after a stop in between.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

QUIET: Final = timedelta(seconds=60)
_MOST_TOLD: Final = 50
# What browsers, Excel and copying programs call a file that is not whole yet.
_PARTIAL: Final = frozenset({".tmp", ".part", ".partial", ".crdownload", ".download"})


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken in, and what to do about it."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class DropFolder:
    """One folder; taking, done and error are made in it with the first file for them."""

    path: Path
    _seen: dict[str, tuple[int, int, datetime]] = field(default_factory=dict, repr=False)

    def ripe(self, *, now: datetime) -> list[Path]:
        """Return the files to be read: those left in taking/, and those that stood still."""
        here: dict[str, tuple[int, int, datetime]] = {}
        found = []
        for entry in self._files():
            status = entry.stat(follow_symlinks=False)
            size, changed = status.st_size, status.st_mtime_ns
            before = self._seen.get(entry.name)
            since = before[2] if before is not None and before[:2] == (size, changed) else now
            here[entry.name] = (size, changed, since)
            if now - since >= QUIET:
                found.append(Path(entry.path))
        self._seen.clear()
        self._seen.update(here)
        return [*sorted((self.path / "taking").glob("*")), *sorted(found)]

    def claim(self, file: Path) -> Path:
        """Move *file* to taking/, if it is not there, and return where it is."""
        if file.parent.name == "taking":
            return file
        return self._moved(file, "taking")

    def finish(self, file: Path) -> Path:
        """Move *file* to done/ and return where it is."""
        return self._moved(file, "done")

    def refuse(self, file: Path, why: str) -> Path:
        """Move *file* to error/, put *why* beside it, and return where it is."""
        place = self._moved(file, "error")
        place.with_name(place.name + ".txt").write_text(why + "\n", encoding="utf-8-sig")
        return place

    def refused(self) -> list[Refused]:
        """Return the files in error/ with what was written beside them, by name."""
        notes = sorted((self.path / "error").glob("*.txt"))
        return [
            Refused(note.name.removesuffix(".txt"), note.read_text(encoding="utf-8-sig").strip())
            for note in notes[:_MOST_TOLD]
            if note.with_name(note.name.removesuffix(".txt")).is_file()
        ]

    def _files(self) -> Iterator[os.DirEntry[str]]:
        try:
            entries = list(os.scandir(self.path))
        except FileNotFoundError:
            # The share may not be mounted yet.
            return
        for entry in entries:
            partial = Path(entry.name).suffix.lower() in _PARTIAL
            hidden = entry.name.startswith((".", "~"))
            if not partial and not hidden and entry.is_file(follow_symlinks=False):
                yield entry

    def _moved(self, file: Path, name: str) -> Path:
        folder = self.path / name
        folder.mkdir(mode=0o700, exist_ok=True)
        place, number = folder / file.name, 1
        while place.exists():
            number += 1
            place = folder / f"{file.stem}-{number}{file.suffix}"
        return file.rename(place)
