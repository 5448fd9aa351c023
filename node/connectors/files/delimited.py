"""A comma, tab or semicolon separated text (RFC 4180), read line by line."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from node.connectors.files.table import within_width
from node.domain.encoding import find_encoding
from node.domain.errors import FileRefusedError
from node.domain.sheet import Format, Record

_DELIMITERS: Final = (",", "\t", ";")
_SAMPLE_CHARACTERS: Final = 1 << 16
_SAMPLE_RECORDS: Final = 100
_HEADER_LINES: Final = 20
_MAX_LINE: Final = 1 << 20  # characters between two line ends
_QUOTED_LINE: Final = re.compile(r"'(?:[^']|'')*'(?:[,\t;]'(?:[^']|'')*')+")


@dataclass(frozen=True, slots=True)
class Delimited:
    """A text whose encoding, delimiter and quotation mark are known."""

    encoding: str
    delimiter: str
    quote: str
    lines: int
    content: bytes = field(repr=False)
    name: None = None

    @property
    def format(self) -> Format:
        """Return tsv for tabs."""
        return "tsv" if self.delimiter == "\t" else "csv"

    def carried(self, _: Sequence[int]) -> Mapping[int, int]:
        """Return nothing: a text has no merged cells."""
        return {}

    def records(self) -> Iterator[Record]:
        """Yield every record that is not blank; one whose quotes are wrong has a fault.

        Raises:
            FileRefusedError: too-complex or too-many-columns.
        """
        source = _lines(_text(self.content, self.encoding))
        reader = csv.reader(source, delimiter=self.delimiter, quotechar=self.quote, strict=True)
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
                yield Record(line, within_width(cells))


def open_delimited(content: bytes, *, tabs: bool) -> Delimited:
    """Return the opened text; where nothing else decides, *tabs* does.

    Raises:
        FileRefusedError: empty, undecodable, or nul.
    """
    encoding = find_encoding(content)
    sample = _text(content, encoding).read(_SAMPLE_CHARACTERS)
    quote = _quote(sample)
    order = sorted(_DELIMITERS, key=lambda delimiter: tabs and delimiter != "\t")
    delimiter = max(order, key=lambda delimiter: _fit(sample, delimiter, quote))
    lines = max(content.count(b"\n"), content.count(b"\r"))
    lines += not content.rstrip(b"\0").endswith((b"\n", b"\r"))
    return Delimited(encoding, delimiter, quote, lines, content)


def _text(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_MAX_LINE + 1):
        if len(line) > _MAX_LINE:
            raise FileRefusedError("too-complex")
        yield line


def _quote(sample: str) -> str:
    """Return ' only where a whole line is quoted so: cells may begin with an apostrophe."""
    head = sample.splitlines()[:_HEADER_LINES]
    return "'" if any(_QUOTED_LINE.fullmatch(line) for line in head) else '"'


def _fit(sample: str, delimiter: str, quote: str) -> tuple[int, int]:
    """Return how many records have the most usual width of two or more, and that width."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, quotechar=quote)
    widths = Counter(len(cells) for cells in islice(reader, _SAMPLE_RECORDS) if len(cells) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))
