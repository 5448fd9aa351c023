"""A table as a file holds it: which line names the columns, and the records behind it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from node.domain.errors import FileRefusedError

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_CELL_CHARACTERS: Final = 10_000
MAX_COLUMNS: Final = 1_000
TOP_RECORDS: Final = 20
_MIN_COLUMNS: Final = 2
_MAX_LABEL: Final = 300  # characters; a form's question may stand as the name of a column
_ANNOTATION: Final = re.compile(r"\|?\s*(?:必須|任意)$|\((?:必須|任意)\)|[※*]")
_VALUE: Final = re.compile(r"[-+\d\s/:.,%¥年月日時分秒]*\d[-+\d\s/:.,%¥年月日時分秒]*|.*@.*")
_MAIL: Final = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")
_DIGITS: Final = re.compile(r"[-+\d\s/:.,()年月日時分秒]*")
_FEWEST_DIGITS: Final = 6  # of a day, a phone or a number of a person

Format = Literal["csv", "tsv", "xlsx", "json"]


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins on (from 1), its cells, and what is wrong with it."""

    line: int
    cells: tuple[str, ...] = field(repr=False)
    fault: str | None = None  # unclosed-quote, bad-quote, too-long, cell-count


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file with its header found; *top* holds its first records as they stand."""

    format: Format
    encoding: str
    name: str | None  # of the sheet in its workbook
    header: tuple[str, ...]  # normalised
    header_line: int
    lines: int  # physical lines, or rows of the sheet, for the progress shown
    top: tuple[Record, ...] = field(repr=False, default=())

    def with_header(self, line: int) -> "Sheet":
        """Return this table with the header on *line*, chosen by a person.

        Raises:
            FileRefusedError: no-header, for *line* is not among the first records.
        """
        return replace(self, header=header_at(self.top, line), header_line=line)


def column_name(cell: str) -> str:
    """Return a header as compared: NFKC, without 必須 marks and spaces."""
    return _ANNOTATION.sub("", "".join(unicodedata.normalize("NFKC", cell).split()))


def well_formed(text: str) -> str:
    """Return *text* without what JSON may hold and no table does.

    That is one half of a character (a surrogate), and NUL, which PostgreSQL refuses.
    """
    return text.encode(errors="replace").decode().replace("\0", "")


def find_header(top: Sequence[Record], carried: Mapping[int, int]) -> int:
    """Return the line that names the columns, below titles and headings of groups.

    *carried* names, for a line that shows a cell merged from above, where that begins.

    Raises:
        FileRefusedError: not-a-table, for no line has two cells.
    """
    width = max((_filled(record) for record in top), default=0)
    if width < _MIN_COLUMNS:
        raise FileRefusedError("not-a-table")
    # A title above fills fewer cells than a header does, and data are no labels.
    wide = [place for place, record in enumerate(top) if _filled(record) * 5 >= width * 3]
    place = next((place for place in wide if _are_labels(top[place])), wide[0])
    while place + 1 < len(top) and _are_labels(top[place + 1]):
        if carried.get(top[place + 1].line, top[place + 1].line) > top[place].line:
            break
        place += 1
    return top[place].line


def header_at(top: Sequence[Record], line: int) -> tuple[str, ...]:
    """Return the normalised names on *line*; repeated ones get their group's name in front.

    Raises:
        FileRefusedError: no-header, for *line* is not in *top*.
    """
    place = next((place for place, record in enumerate(top) if record.line == line), None)
    if place is None:
        raise FileRefusedError("no-header")
    names = tuple(column_name(cell) for cell in top[place].cells)
    repeated = {name for name, count in Counter(names).items() if name and count > 1}
    if not repeated or place == 0 or _filled(top[place - 1]) < _MIN_COLUMNS:
        return names
    above = [column_name(cell) for cell in top[place - 1].cells]
    grouped, group = list(names), ""
    for column, name in enumerate(names):
        group = (above[column] if column < len(above) else "") or group
        if name in repeated and group != name:
            grouped[column] = group + name
    counts = Counter(name for name in grouped if name)
    return tuple(grouped) if max(counts.values()) == 1 else names


def are_names(header: Sequence[str]) -> bool:
    """Tell whether *header* may name columns: no cell is a mail address, a day or a long number.

    A file without a header would make the first person of it one.
    """
    return not any(_is_of_somebody(unicodedata.normalize("NFKC", cell)) for cell in header)


def _is_of_somebody(cell: str) -> bool:
    if _MAIL.search(cell):
        return True
    return bool(_DIGITS.fullmatch(cell)) and sum(map(str.isdecimal, cell)) >= _FEWEST_DIGITS


def _filled(record: Record) -> int:
    return sum(1 for cell in record.cells if cell.strip())


def _are_labels(record: Record) -> bool:
    cells = [cell for cell in record.cells if cell.strip()]
    values = sum(1 for cell in cells if not _is_label(cell))
    return bool(cells) and values * 10 <= len(cells)


def _is_label(cell: str) -> bool:
    plain = unicodedata.normalize("NFKC", cell).strip()
    return len(plain) <= _MAX_LABEL and _VALUE.fullmatch(plain) is None
