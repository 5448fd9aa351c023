"""What the nearest preset makes of a file, as an import without an operator reads it."""

from node.assembly.words import read_forbidden
from node.connectors.files.delimited import Delimited, open_delimited
from node.connectors.files.kinds import is_workbook
from node.connectors.files.table import records, survey
from node.connectors.files.xlsx import XlsxSheet, open_workbook
from node.domain.mapping import ColumnMapping, guess
from node.domain.rows import ParsedRow, RowError, read_rows
from node.domain.sheet import Record, Sheet
from node.domain.vocabulary import Vocabulary
from tests.node.reading import PRESETS

FORBIDDEN = read_forbidden()


def taken(content: bytes) -> tuple[Sheet, ColumnMapping, list[Record]]:
    """Return the first table of a file, how it is read, and its records."""
    table: XlsxSheet | Delimited = (
        open_workbook(content).sheet(0)
        if is_workbook(content)
        else open_delimited(content, tabs=False)
    )
    sheet = survey(table)
    found = list(records(table, sheet.header_line))
    kept = [name for name in sheet.header if FORBIDDEN.rule_of(name) is None]
    mapping = guess(kept, PRESETS.values())
    return sheet, mapping.graded(sheet.header, found), found


def rows_of(content: bytes, vocabulary: Vocabulary) -> list[ParsedRow | RowError]:
    """Return every application of a file."""
    sheet, mapping, found = taken(content)
    return list(read_rows(found, sheet.header, mapping, vocabulary))


def row_of(content: bytes, vocabulary: Vocabulary) -> ParsedRow:
    """Return the one application of a file."""
    (row,) = rows_of(content, vocabulary)
    assert isinstance(row, ParsedRow), row.problems
    return row
