"""Files read without a child process, for tests of what their rows mean."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from node.assembly.words import read_presets
from node.connectors.files.delimited import open_delimited
from node.connectors.files.kinds import is_workbook
from node.connectors.files.reader import OpenedFile, SheetReader
from node.connectors.files.recorded import HEADER_LINE, is_recorded, open_recorded
from node.connectors.files.table import records, survey
from node.connectors.files.xlsx import open_workbook
from node.domain.mapping import ColumnMapping
from node.domain.rows import ParsedRow, RowError, read_rows
from node.domain.sheet import Record, Sheet
from node.domain.vocabulary import Vocabulary

PRESETS = read_presets()
TASUKI = PRESETS["tasuki"]
COLUMNS = tuple(TASUKI.columns)


def opened(content: bytes) -> tuple[Sheet, list[Record]]:
    """Return the table in a text file, and its records."""
    table = open_delimited(content, tabs=False)
    sheet = survey(table)
    return sheet, list(records(table, sheet.header_line))


def rows_of(
    content: bytes, vocabulary: Vocabulary, mapping: ColumnMapping = TASUKI
) -> list[ParsedRow | RowError]:
    """Return what each application in a text file means."""
    sheet, found = opened(content)
    return list(read_rows(found, sheet.header, mapping.of_header(sheet.header), vocabulary))


@dataclass(frozen=True, slots=True)
class OpenedHere(OpenedFile):
    """A file that this process itself has opened."""

    content: bytes = field(default=b"", repr=False)

    def records(self, index: int, header_line: int | None = None) -> Iterator[Record]:
        line = self.sheets[index].header_line if header_line is None else header_line
        if is_workbook(self.content):
            yield from records(open_workbook(self.content).sheet(index), line)
        elif is_recorded(self.content):
            yield from records(open_recorded(self.content), line)
        else:
            yield from records(open_delimited(self.content, tabs=False), line)


@dataclass(frozen=True, slots=True)
class HereReader(SheetReader):
    """Parses in this process: a child a file would cost the suite minutes."""

    def open(self, content: bytes, filename: str) -> OpenedFile:
        del filename
        if is_workbook(content):
            book = open_workbook(content)
            sheets = tuple(survey(book.sheet(place)) for place in range(len(book)))
        elif is_recorded(content):
            sheets = (survey(open_recorded(content), HEADER_LINE),)
        else:
            sheets = (survey(open_delimited(content, tabs=False)),)
        return OpenedHere(
            sheets, _content=b"", _hint="csv", _places=(), _patience=0.0, content=content
        )
