"""A folder into which another program or a person puts files to be taken in, oldest first.

A file is ripe when its size and time have not moved for a minute, so that one that is
still being written is left alone. It is moved aside before it is read, so that it is
never read twice but after a stop in between.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
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
    """A file that was not taken in, what to do about it, and since when (Unix seconds)."""

    name: str = field(repr=False)
    why: str = field(repr=False)
    at: int


@dataclass(frozen=True, slots=True)
class DropFolder:
    """One folder; taking, done and error are made in it with the first file for them."""

    path: Path
    _seen: dict[str, tuple[int, int, datetime]] = field(default_factory=dict, repr=False)

    @property
    def is_usable(self) -> bool:
        """Tell whether it is there, and files in it can be read and moved."""
        return os.access(self.path, os.R_OK | os.W_OK | os.X_OK)

    def ripe(self, *, now: datetime) -> list[Path]:
        """Return the files to be read: those left in taking/, and those that stood still."""
        here: dict[str, tuple[int, int, datetime]] = {}
        found = []
        for entry in self._files():
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # taken away since it was listed
            size, changed = status.st_size, status.st_mtime_ns
            before = self._seen.get(entry.name)
            since = before[2] if before is not None and before[:2] == (size, changed) else now
            here[entry.name] = (size, changed, since)
            if now - since >= QUIET:
                found.append((changed, entry.path))
        self._seen.clear()
        self._seen.update(here)
        left = sorted((self.path / "taking").glob("*"))
        return [*left, *(Path(path) for _, path in sorted(found))]

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
        _note_of(place).write_text(why + "\n", encoding="utf-8-sig")
        return place

    def refused(self) -> list[Refused]:
        """Return the files in error/ with what was written beside them, by name."""
        notes = sorted((self.path / "error").glob("*.txt"))
        return [found for note in notes[:_MOST_TOLD] if (found := _refused(note)) is not None]

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
        while place.exists() or _note_of(place).exists():
            number += 1
            place = folder / f"{file.stem}-{number}{file.suffix}"
        return file.rename(place)


def _note_of(file: Path) -> Path:
    return file.with_name(file.name + ".txt")


def _refused(note: Path) -> Refused | None:
    """Return the file beside *note*, None where either is gone or is somebody else's."""
    name = note.name.removesuffix(".txt")
    with suppress(OSError, UnicodeDecodeError):
        if note.with_name(name).is_file():
            why = note.read_text(encoding="utf-8-sig").strip()
            return Refused(name, why, int(note.stat().st_mtime))
    return None
