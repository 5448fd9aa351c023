"""A folder into which another program or a person puts files to be taken in, oldest first.

A file is ripe when its size and time have not moved for a minute, so that one that is
still being written is left alone. It is moved aside before it is read, so that it is
never read twice but after a stop in between.

Who writes into the folder may have less right than the node: no link in it is followed,
and what is no plain file is not opened for long.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

QUIET: Final = timedelta(seconds=60)
_MOST_TOLD: Final = 50
_PARTS: Final = ("taking", "done", "error")
_MAX_NOTE: Final = 4096  # bytes
_MAX_SUFFIX: Final = 10  # characters
_MAX_NAME: Final = 255  # bytes, of every file system in use
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
        leads_out = any((self.path / name).is_symlink() for name in _PARTS)
        return os.access(self.path, os.R_OK | os.W_OK | os.X_OK) and not leads_out

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
        return [*self._left(), *(Path(path) for _, path in sorted(found))]

    def claim(self, file: Path) -> Path:
        """Move *file* to taking/, if it is not there, and return where it is.

        Raises:
            OSError: one of the three folders is not there and cannot be made, or is a link.
        """
        for name in _PARTS:
            (self.path / name).mkdir(mode=0o700, exist_ok=True)
            with self._part(name):
                pass
        if file.parent.name == "taking":
            return file
        with self._part("taking") as taking:
            name = _free_name(file, taking)
            os.rename(file, name, dst_dir_fd=taking)
        return self.path / "taking" / name

    def read(self, file: Path, most: int) -> bytes:
        """Return the first *most* bytes of a claimed file.

        Raises:
            OSError: it is no plain file, or not the node's to read.
        """
        with self._part("taking") as taking:
            return _read(file.name, taking, most)

    def finish(self, file: Path) -> Path:
        """Move a claimed file to done/ and return where it is."""
        return self._moved(file, "done")

    def refuse(self, file: Path, why: str) -> Path:
        """Move a claimed file to error/, put *why* beside it, and return where it is."""
        place = self._moved(file, "error")
        with self._part("error") as error:
            how = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            handle = os.open(_note_of(place.name), how, 0o666, dir_fd=error)
            with os.fdopen(handle, "w", encoding="utf-8-sig") as note:
                note.write(why + "\n")
        return place

    def refused(self) -> list[Refused]:
        """Return the files in error/ with what was written beside them, by name."""
        with suppress(OSError), self._part("error") as error:
            notes = [name for name in _names(error) if name.endswith(".txt")]
            found = (_refused(note, error) for note in notes[:_MOST_TOLD])
            return [one for one in found if one is not None]
        return []

    def _left(self) -> list[Path]:
        """Return what a stop left in taking/."""
        with suppress(FileNotFoundError), self._part("taking") as taking:
            return [self.path / "taking" / name for name in _names(taking)]
        return []

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

    @contextmanager
    def _part(self, name: str) -> Iterator[int]:
        """Give a handle of one of the three folders.

        Raises:
            OSError: it is not there, or a link, which would lead out of here.
        """
        handle = os.open(self.path / name, os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            yield handle
        finally:
            os.close(handle)

    def _moved(self, file: Path, part: str) -> Path:
        with self._part("taking") as taking, self._part(part) as there:
            name = _free_name(file, there)
            os.rename(file.name, name, src_dir_fd=taking, dst_dir_fd=there)
        return self.path / part / name


def _names(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries)


def _free_name(file: Path, folder: int) -> str:
    """Return a name for *file* that is free in *folder*, as is that of the note beside it."""
    taken = set(_names(folder))
    # What stands behind a dot may be the most of the name.
    stem, suffix = (file.stem, file.suffix) if len(file.suffix) <= _MAX_SUFFIX else (file.name, "")
    name, number = _short(stem, suffix), 1
    while name in taken or _note_of(name) in taken:
        number += 1
        name = _short(stem, f"-{number}{suffix}")
    return name


def _short(stem: str, end: str) -> str:
    room = _MAX_NAME - len(os.fsencode(_note_of(end)))
    whole = os.fsencode(stem)
    return (stem if len(whole) <= room else whole[:room].decode(errors="ignore")) + end


def _note_of(name: str) -> str:
    return f"{name}.txt"


def _read(name: str, folder: int, most: int) -> bytes:
    # A pipe keeps whoever opens it waiting.
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("no plain file")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(most)
    finally:
        os.close(handle)


def _refused(note: str, folder: int) -> Refused | None:
    """Return the file beside *note*, None where either is gone or is somebody else's."""
    name = note.removesuffix(".txt")
    with suppress(OSError, UnicodeDecodeError):
        os.stat(name, dir_fd=folder, follow_symlinks=False)
        why = _read(note, folder, _MAX_NOTE).decode("utf-8-sig").strip()
        at = os.stat(note, dir_fd=folder, follow_symlinks=False).st_mtime
        # A name may be of another encoding than ours.
        return Refused(os.fsencode(name).decode(errors="replace"), why, int(at))
    return None
