"""What the forms of the import say, and why one comes back."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from flask import abort

from node.domain.error_file import REASONS
from node.domain.errors import FileRefusedError, MappingError
from node.domain.field import MEANINGS
from node.domain.mapping import Blanks, ColumnMapping
from node.domain.refusals import REFUSALS
from node.domain.rows import RowError
from node.i18n import Bilingual, format_count, message, messages
from node.services.errors import UndoRefusedError
from node.services.staging import Staged
from node.web.console.imports import ColumnChoice, MappingPage, Problem
from node.web.ui.language import ngettext
from node.web.ui.parts import Complaint

NO_FILE: Final = message("Choose a file first.")
NO_LINE: Final = message("Write the number of a line, from 1.")
BUSY: Final = message("Other files are being read at this moment. Send it again in a minute.")
_TWICE: Final = message("Another column means the same.")
_NEEDED: Final = message("Choose a column for each field that is named above.")
_MAX_DIGITS: Final = 6
_PLACES: Final = {"no-sheet": "sheet", "no-header": "header_line"}
_LETTERS: Final = messages(
    "%(num)s of its letters left or may have left. Mend the file and import it again.",
    "%(num)s of its letters left or may have left. Mend the file and import it again.",
)
_CHANGED: Final = messages(
    "%(num)s of its applications was changed since. Undo that import first.",
    "%(num)s of its applications were changed since. Undo that import first.",
)
_CONSENTS: Final = messages(
    "%(num)s of its people consented since. They can withdraw themselves.",
    "%(num)s of its people consented since. They can withdraw themselves.",
)


def line_number(text: str) -> int | None:
    """Return the number of a line that *text* is, None where it is none."""
    if not text.isascii() or not text.isdecimal() or len(text) > _MAX_DIGITS:
        return None
    return int(text) or None


def of_upload(error: FileRefusedError) -> tuple[Complaint, ...]:
    """Return what an upload's own field is told about *error*."""
    place = _PLACES.get(error.code)
    return (Complaint(REFUSALS[error.code], place),) if place else ()


def columns_of(staged: Staged, mapping: ColumnMapping) -> Iterator[ColumnChoice]:
    """Yield the columns that have a name, each once, with what *mapping* says of it."""
    seen: set[str] = set()
    for place, one in enumerate(staged.columns):
        if one.header and one.header not in seen:
            seen.add(one.header)
            meaning = mapping.columns.get(one.header)
            yield ColumnChoice(place, one.header, one.samples, meaning)


def chosen(staged: Staged, form: Mapping[str, str]) -> ColumnMapping:
    """Return the mapping of *staged* with what the form chose."""
    columns = {
        column.header: meaning
        for column in columns_of(staged, staged.mapping)
        if (meaning := form.get(f"column-{column.place}", ""))
    }
    if not set(columns.values()) <= set(MEANINGS):
        abort(HTTPStatus.BAD_REQUEST)
    blanks = Blanks.CLEAR if form.get("blanks") == Blanks.CLEAR else Blanks.KEEP
    return replace(staged.mapping, columns=columns, blanks=blanks)


def of_mapping(error: MappingError, page: MappingPage) -> Iterator[Complaint]:
    """Yield what the fields of *page* are told about *error*."""
    if error.code != "two-columns":
        yield Complaint(_NEEDED, "map")
        return
    for column in page.columns:
        if column.meaning in error.names:
            yield Complaint(_TWICE, f"column-{column.place}")


def problem(row: RowError) -> Problem:
    """Return a row that cannot be read, in words."""
    ja, en = REASONS[row.reason]
    return Problem(row.line, row.column, Bilingual(ja, en))


def hindrances(error: UndoRefusedError) -> Iterator[str]:
    """Yield why an import cannot be undone, in the language of the request."""
    for words, number in (
        (_LETTERS, error.letters),
        (_CHANGED, error.changed),
        (_CONSENTS, error.consents),
    ):
        if number:
            yield ngettext(*words, number) % {"num": format_count(number)}
