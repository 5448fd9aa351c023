"""What a CSV and a sheet of a workbook have in common once they are opened."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, Protocol

from node.domain.errors import FileRefusedError
from node.domain.sheet import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    TOP_RECORDS,
    Format,
    Record,
    Sheet,
    find_header,
    header_at,
)

MAX_RECORD_CHARACTERS: Final = 1 << 20
_MAX_TOP_CELL: Final = 400  # characters of a cell that only shows what the column holds


class Table(Protocol):
    """One table of an opened file."""

    @property
    def format(self) -> Format:
        """Return the format of its file."""

    @property
    def encoding(self) -> str:
        """Return the codec of its text."""

    @property
    def name(self) -> str | None:
        """Return the name of the sheet in its workbook."""

    @property
    def lines(self) -> int:
        """Return how many lines or rows it has, blank ones too."""

    def records(self) -> Iterator[Record]:
        """Yield every record that is not blank, titles and header too, in order."""

    def carried(self, lines: Sequence[int]) -> Mapping[int, int]:
        """Return, for those of *lines* with a cell merged from above, where that begins."""


def survey(table: Table, header_line: int | None = None) -> Sheet:
    """Return the table with its header found; *header_line* is where it is known to stand.

    Raises:
        FileRefusedError: not-a-table, no-rows, too-many-columns, or what its reader refuses.
    """
    top = tuple(_cut(record) for record in islice(table.records(), TOP_RECORDS))
    line = header_line or find_header(top, table.carried([record.line for record in top]))
    if top[-1].line == line:
        raise FileRefusedError("no-rows")
    header = header_at(top, line)
    return Sheet(table.format, table.encoding, table.name, header, line, table.lines, top)


def records(table: Table, header_line: int) -> Iterator[Record]:
    """Yield the records behind the header on *header_line*, each with its fault if it has one.

    Raises:
        FileRefusedError: no-header, for nothing stands on that line.
    """
    found = table.records()
    header = next((record for record in found if record.line >= header_line), None)
    if header is None or header.line != header_line:
        raise FileRefusedError("no-header")
    width = len(header.cells)
    for record in found:
        yield record if record.fault else _fitted(record, width, table.format)


def _fitted(record: Record, width: int, format_: Format) -> Record:
    cells, fault = record.cells, None
    if format_ == "xlsx":
        # A cell has its column there: one behind the last name belongs to no column.
        cells = (*cells[:width], *("",) * (width - len(cells)))
    elif len(cells) != width:
        fault = "cell-count"
        if not any(cell.strip() for cell in cells[width:]) and len(cells) > width:
            cells, fault = cells[:width], None
    if any(len(cell) > MAX_CELL_CHARACTERS for cell in cells):
        fault, cells = "too-long", tuple(cell[:MAX_CELL_CHARACTERS] for cell in cells)
    if sum(map(len, cells)) > MAX_RECORD_CHARACTERS:
        fault, cells = "too-long", ()
    return Record(record.line, cells, fault)


def _cut(record: Record) -> Record:
    return Record(record.line, tuple(cell[:_MAX_TOP_CELL] for cell in record.cells), record.fault)


def within_width(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return *cells* without blank ones beyond the widest table.

    Raises:
        FileRefusedError: too-many-columns.
    """
    if any(cell.strip() for cell in cells[MAX_COLUMNS:]):
        raise FileRefusedError("too-many-columns", str(MAX_COLUMNS))
    return cells[:MAX_COLUMNS]
