"""One sheet of a workbook, row by row as it is parsed (ECMA-376 part 1, section 18.3)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from node.connectors.files.number_format import NumberFormat
from node.connectors.files.parts import Parts, Walk
from node.connectors.files.strings import RichText, SharedStrings, unescaped
from node.connectors.files.table import MAX_RECORD_CHARACTERS
from node.domain.errors import FileRefusedError
from node.domain.sheet import MAX_CELL_CHARACTERS, MAX_COLUMNS, Record

_GENERAL: Final = NumberFormat("General")
_MAX_ROWS: Final = 1_048_576
_MAX_MERGES: Final = 100_000
_MAX_FILLED: Final = 1 << 25  # characters that merged cells repeat
_MERGE: Final = re.compile(
    rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
_OVERLAP_BYTES: Final = 64
_MAX_NUMBER: Final = 64  # characters
_MAX_DIGITS: Final = 9
_MAX_STYLE_DIGITS: Final = 5
_MAX_LETTERS: Final = 3  # of a column: XFD
_MAX_PIECES: Final = 32  # that the parser makes of one value


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells merged downwards: the column that shows the value, first and last row."""

    column: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Extent:
    """What is known of a sheet before its cells are read."""

    rows: int
    merges: tuple[Merge, ...] = ()  # in the order of their first row

    def carried(self, lines: Sequence[int]) -> dict[int, int]:
        """Return, for those of *lines* under merged cells, the topmost row where one begins."""
        found: dict[int, int] = {}
        for line in lines:
            first = min((m.first for m in self.merges if m.first < line <= m.last), default=line)
            if first < line:
                found[line] = first
        return found


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The cells of one sheet as the text that they show."""

    parts: Parts
    part: str
    strings: SharedStrings = field(repr=False)
    formats: Sequence[NumberFormat] = field(repr=False)

    def records(self, extent: Extent) -> Iterator[Record]:
        """Yield every row that is not blank; merged cells repeat their value downwards.

        Raises:
            FileRefusedError: damaged, too-complex, or too-many-columns.
        """
        rows = _Rows(self.strings, self.formats)
        reading = Walk(rows.start, rows.end, rows.text)
        filling = _Filling(extent.merges)
        for piece in self.parts.pieces(self.part):
            reading.feed(piece)
            yield from filling.records(rows)
        reading.feed(b"")
        yield from filling.records(rows)


def extent_of(parts: Parts, part: str) -> Extent:
    """Return how far a sheet goes, without parsing: what it declares may be a lie.

    Raises:
        FileRefusedError: damaged, encrypted, or too-complex.
    """
    rows = 0
    merges: list[Merge] = []
    rest = b""
    for piece in parts.pieces(part):
        seen = rest + piece
        found = list(_MERGE.finditer(seen)) if b"mergeCell" in seen else []
        merges += [merge for match in found if (merge := _merge(match))]
        if len(merges) > _MAX_MERGES:
            raise FileRefusedError("too-complex")
        whole = max(len(seen) - _OVERLAP_BYTES, found[-1].end() if found else 0)
        rows += sum(seen.count(sign, 0, whole) for sign in (b"<row ", b"<row>", b":row "))
        rest = seen[whole:]
    rows += sum(rest.count(sign) for sign in (b"<row ", b"<row>", b":row "))
    return Extent(rows, tuple(sorted(merges, key=lambda merge: merge.first)))


def _merge(match: re.Match[bytes]) -> Merge | None:
    first, last = int(match[2]), int(match[4])
    column = column_of(match[1].decode())
    if last <= first or last > _MAX_ROWS or column >= MAX_COLUMNS:
        return None
    return Merge(column, first, last)


@lru_cache(maxsize=MAX_COLUMNS)
def column_of(letters: str) -> int:
    """Return the place of a column, from 0: A is 0 and AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


class _Filling:
    """Gives the rows under a merged cell its value."""

    def __init__(self, merges: Sequence[Merge]) -> None:
        self._left = list(reversed(merges))
        self._open: dict[int, tuple[int, str]] = {}  # column → last row, value
        self._filled = 0

    def records(self, rows: "_Rows") -> Iterator[Record]:
        done, rows.done = rows.done, []
        for line, cells in done:
            # A row that merged cells alone would fill holds nothing of its own.
            is_blank = not any(cell.strip() for cell in cells)
            self._fill(line, cells)
            if not is_blank:
                yield Record(line, tuple(cells))

    def _fill(self, line: int, cells: list[str]) -> None:
        for column, (last, value) in list(self._open.items()):
            if line > last:
                del self._open[column]
            else:
                cells += [""] * (column + 1 - len(cells))
                cells[column] = value
                self._filled += len(value)
        if self._filled > _MAX_FILLED:
            raise FileRefusedError("too-complex")
        while self._left and self._left[-1].first <= line:
            merge = self._left.pop()
            if merge.first == line and merge.column < len(cells) and cells[merge.column]:
                self._open[merge.column] = (merge.last, cells[merge.column])


class _Rows:
    """Gathers the rows of a sheet as its elements come."""

    def __init__(self, strings: SharedStrings, formats: Sequence[NumberFormat]) -> None:
        self._strings, self._formats = strings, formats
        self.done: list[tuple[int, list[str]]] = []
        self._line = 0
        self._cells: list[str] = []
        self._characters = 0
        self._place, self._kind, self._style = -1, "n", ""
        self._value: list[str] = []
        self._in_value = False
        self._rich = RichText()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._place = self._column(attributes.get("r"))
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        elif tag == "v":
            self._in_value = True
        elif tag == "row":
            self._line = _row(attributes.get("r"), self._line)
            self._cells, self._characters, self._place = [], 0, -1
        else:
            self._rich.start(tag)

    def end(self, tag: str) -> None:
        if tag == "c":
            self._keep()
        elif tag == "v":
            self._in_value = False
        elif tag == "row":
            self.done.append((self._line, self._cells))
        else:
            self._rich.end(tag)

    def text(self, text: str) -> None:
        if self._in_value:
            self._value.append(text)
            if len(self._value) > _MAX_PIECES:
                raise FileRefusedError("too-complex")
        else:
            self._rich.text(text)

    def _column(self, reference: str | None) -> int:
        if reference is None:
            return self._place + 1
        letters = reference.rstrip("0123456789")
        if not 0 < len(letters) <= _MAX_LETTERS or not letters.isascii() or not letters.isupper():
            raise FileRefusedError("damaged")
        return column_of(letters)

    def _keep(self) -> None:
        shown = self._shown("".join(self._value))
        self._value.clear()
        if not shown:
            return
        if self._place >= MAX_COLUMNS:
            raise FileRefusedError("too-many-columns", str(MAX_COLUMNS))
        self._characters += len(shown)
        if self._characters > MAX_RECORD_CHARACTERS:
            raise FileRefusedError("too-complex")
        self._cells += [""] * (self._place + 1 - len(self._cells))
        self._cells[self._place] = shown

    def _shown(self, value: str) -> str:
        if self._kind == "inlineStr":
            return self._rich.taken()
        if not value:
            return ""
        if self._kind == "s":
            return self._strings[_place(value)]
        if self._kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        if self._kind == "n":
            return self._number(value)
        return unescaped(value[: MAX_CELL_CHARACTERS + 1])  # str, d, e

    def _number(self, value: str) -> str:
        try:
            number = float(value[:_MAX_NUMBER])
        except ValueError:
            raise FileRefusedError("damaged") from None
        style = (
            int(self._style)
            if self._style.isdecimal() and len(self._style) <= _MAX_STYLE_DIGITS
            else -1
        )
        if 0 <= style < len(self._formats):
            return self._formats[style].shown(number)
        return _GENERAL.shown(number)


def _row(reference: str | None, last: int) -> int:
    line = last + 1 if reference is None else _place(reference)
    # Rows come in order; one that goes back would give two records one line.
    if not last < line <= _MAX_ROWS:
        raise FileRefusedError("damaged")
    return line


def _place(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > _MAX_DIGITS:
        raise FileRefusedError("damaged")
    return int(text)
