"""Reading a file that somebody handed in: a child parses it, this side only takes records.

Whatever the file does, it does it to the child, which has 256 MiB, time by the size of the
file and nothing to write to; what the child says is believed no further than its shape.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Final, Self

from pydantic import TypeAdapter, ValidationError

import node
from node.connectors.files.child import cpu_seconds
from node.domain.errors import FileRefusedError
from node.domain.sheet import MAX_FILE_BYTES, Record, Sheet

FIRST_ANSWER_SECONDS: Final = 5.0
_MAX_LINE_BYTES: Final = 16 << 20
_PIECE_BYTES: Final = 1 << 16
_ROOT: Final = Path(node.__file__).resolve().parents[1]
_CHILD: Final = (
    *(sys.executable, "-S", "-P", "-B", "-X", "utf8", "-m"),
    "node.connectors.files.child",
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A table as the child answers it: its place in the file, and what it is."""

    place: int
    sheet: Sheet


_FOUND: Final = TypeAdapter(_Found)


@dataclass(frozen=True, slots=True)
class SheetReader:
    """Opens files; *patience* is how long the child may be silent, in seconds."""

    patience: float = FIRST_ANSWER_SECONDS

    def open(self, content: bytes, filename: str) -> "OpenedFile":
        """Return the file with its tables, the likeliest first.

        Raises:
            FileRefusedError: it is no table that can be read; see its codes.
        """
        if len(content) > MAX_FILE_BYTES:
            raise FileRefusedError("too-large", f"{MAX_FILE_BYTES // 2**20} MiB")
        # Of the name, which may be a person's, only the ending is passed on.
        hint = "tsv" if PurePath(filename).suffix.lower() in {".tsv", ".tab"} else "csv"
        with _Child(content, self.patience, "survey", hint) as child:
            found = [_found(line) for line in child.lines()]
        found.sort(key=lambda one: one.sheet.lines * len(one.sheet.header), reverse=True)
        return OpenedFile(
            tuple(one.sheet for one in found),
            _content=content,
            _hint=hint,
            _places=tuple(one.place for one in found),
            _patience=self.patience,
        )


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file whose tables are known; leaving it ends every child that still reads."""

    sheets: tuple[Sheet, ...]
    _content: bytes = field(repr=False)
    _hint: str
    _places: tuple[int, ...]
    _patience: float
    _children: list["_Child"] = field(default_factory=list, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.end()

    def records(self, index: int, header_line: int | None = None) -> Iterator[Record]:
        """Yield the records of a table, in order; *header_line* overrides the header found.

        Raises:
            FileRefusedError: the rest cannot be read: damaged, too-complex, too-many-columns.
        """
        line = self.sheets[index].header_line if header_line is None else header_line
        choice = (str(self._places[index]), str(line))
        with _Child(self._content, self._patience, "records", self._hint, *choice) as child:
            self._children.append(child)
            try:
                yield from map(_record, child.lines())
            finally:
                self._children.remove(child)


class _Child:
    """One running child and the lines that it answers."""

    def __init__(self, content: bytes, patience: float, *arguments: str) -> None:
        self._patience = patience
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and words
            (*_CHILD, str(cpu_seconds(len(content))), *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(_ROOT)},
            cwd="/",
            start_new_session=True,
        )
        # It reads all before it answers, but one that hangs must not hold this side.
        self._writer = threading.Thread(target=self._write, args=(content,), daemon=True)
        self._writer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        if self._process.stdout:
            self._process.stdout.close()

    def end(self) -> None:
        """End the child, if it still runs, and everything it may have started."""
        if self._process.returncode is None:  # else its number may be another process's by now
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._writer.join()

    def lines(self) -> Iterator[object]:
        """Yield every line of the answer.

        Raises:
            FileRefusedError: what the child refuses; too-complex when it dies or is too slow.
        """
        for line in self._raw_lines():
            try:
                value: object = json.loads(line)
            except ValueError as error:
                raise FileRefusedError("too-complex") from error
            match value:
                case {"refused": str(code), "names": list(names)} if code in FileRefusedError.CODES:
                    raise FileRefusedError(code, *map(str, names))
                case {"end": True}:
                    return
                case [*_] | {"sheet": _}:
                    yield value
                case _:
                    raise FileRefusedError("too-complex")
        raise FileRefusedError("too-complex")

    def _raw_lines(self) -> Iterator[bytes]:
        stdout = self._process.stdout
        if stdout is None:
            return
        rest = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while selector.select(self._patience):
                piece = os.read(stdout.fileno(), _PIECE_BYTES)
                if not piece or len(rest) > _MAX_LINE_BYTES:
                    return
                *whole, last = piece.split(b"\n")
                for line in whole:
                    yield bytes(rest) + line
                    rest.clear()
                rest += last

    def _write(self, content: bytes) -> None:
        stdin = self._process.stdin
        if stdin is not None:
            with suppress(BrokenPipeError), stdin:
                stdin.write(content)


def _found(line: object) -> _Found:
    try:
        return _FOUND.validate_python(line)
    except ValidationError:
        # Its text would repeat cells.
        raise FileRefusedError("too-complex") from None


def _record(line: object) -> Record:
    match line:
        case [int(number), list(cells), str() | None as fault]:
            return Record(number, tuple(map(str, cells)), fault)
        case _:
            raise FileRefusedError("too-complex")
