"""A comma or tab separated file (RFC 4180) as its bytes really come in Japan.

The encodings are tried in one order: UTF-8 with BOM, UTF-16 by BOM, UTF-8, CP932.
CP932 last, because half of all UTF-8 words would pass for it; never `shift_jis`,
which lacks 髙, ㈱ and ①.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from node.domain.errors import FileRefusedError

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_CELL_CHARACTERS: Final = 10_000
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FORMATS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")  # xlsx, xls, pdf
_STRAY: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\uf8f0-\uf8f3]")
_ANNOTATION: Final = re.compile(r"\|?\s*(?:必須|任意)$|\((?:必須|任意)\)|[※*]")
_DELIMITERS: Final = (",", "\t", ";")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins on (from 1), its cells, and what is wrong with it."""

    line: int
    cells: tuple[str, ...] = field(repr=False)
    fault: str | None = None  # unclosed-quote, bad-quote, too-long, cell-count


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


def column_name(cell: str) -> str:
    """Return a header as compared: NFKC, without 必須 marks and spaces."""
    return _ANNOTATION.sub("", "".join(unicodedata.normalize("NFKC", cell).split()))


def _decoded(content: bytes) -> tuple[str, str]:
    if not content.strip():
        raise FileRefusedError("empty")
    if len(content) > MAX_FILE_BYTES:
        raise FileRefusedError("too-large", f"{MAX_FILE_BYTES // 2**20} MiB")
    if content.startswith(_OTHER_FORMATS):
        raise FileRefusedError("not-csv")
    marked = [encoding for bom, encoding in _BOMS if content.startswith(bom)]
    for encoding in marked or ("utf-8", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise FileRefusedError("nul")
        # Python's cp932 lets a few bytes through as control or private characters.
        if not _STRAY.search(text):
            if not text.strip():
                raise FileRefusedError("empty")
            return encoding, text
    raise FileRefusedError("undecodable")
