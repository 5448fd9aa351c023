"""A comma or tab separated file (RFC 4180) as its bytes really come in Japan."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from node.domain.encoding import find_encoding
from node.domain.errors import FileRefusedError
from node.domain.sheet import MAX_CELL_CHARACTERS, MAX_FILE_BYTES, Record, column_name

__all__ = ["MAX_FILE_BYTES", "CsvText", "Record", "column_name", "open_csv"]

_OTHER_FORMATS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")  # xlsx, xls, pdf
_DELIMITERS: Final = (",", "\t", ";")


@dataclass(frozen=True, slots=True)
class CsvText:
    """A decoded file with its header found; the records are read as they are asked for."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]  # normalised
    lines: int  # physical lines, for the progress shown
    _text: str = field(repr=False)

    def records(self) -> Iterator[Record]:
        """Yield every record behind the header that is not blank, in order."""
        source = io.StringIO(self._text, newline="")
        reader = csv.reader(source, delimiter=self.delimiter, strict=True)
        next(reader)
        while True:
            line = reader.line_num + 1
            try:
                cells = tuple(next(reader))
            except StopIteration:
                return
            except csv.Error as error:
                unclosed = "end of data" in str(error)
                yield Record(line, (), "unclosed-quote" if unclosed else "bad-quote")
                continue
            if any(cell.strip() for cell in cells):
                yield Record(line, cells, self._fault(cells))

    def _fault(self, cells: Sequence[str]) -> str | None:
        if any(len(cell) > MAX_CELL_CHARACTERS for cell in cells):
            return "too-long"
        if len(cells) != len(self.header):
            return "cell-count"
        return None


def open_csv(content: bytes, columns: Sequence[str]) -> CsvText:
    """Return the file whose header has every one of *columns*, in any order.

    Raises:
        FileRefusedError: the file as a whole cannot be read; nothing of it was.
    """
    encoding, text = _decoded(content)
    delimiter = max(_DELIMITERS, key=text.splitlines()[0].count)
    try:
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise FileRefusedError("no-header") from error
    header = tuple(column_name(cell) for cell in cells)
    missing = [column for column in columns if column not in header]
    if len(missing) == len(columns):
        raise FileRefusedError("no-header")
    if missing:
        raise FileRefusedError("missing-columns", *missing)
    repeated = sorted({column for column in columns if header.count(column) > 1})
    if repeated:
        raise FileRefusedError("repeated-columns", *repeated)
    opened = CsvText(encoding, delimiter, header, text.count("\n") + 1, text)
    if next(opened.records(), None) is None:
        raise FileRefusedError("no-rows")
    return opened


def _decoded(content: bytes) -> tuple[str, str]:
    if len(content) > MAX_FILE_BYTES:
        raise FileRefusedError("too-large", f"{MAX_FILE_BYTES // 2**20} MiB")
    if content.startswith(_OTHER_FORMATS):
        raise FileRefusedError("not-csv")
    encoding = find_encoding(content)
    return encoding, content.decode(encoding)
