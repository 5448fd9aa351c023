"""What the pages of the import show: the files, their columns, what would happen, what did."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from node.domain.batch_life import State
from node.domain.mapping import Blanks
from node.domain.refusals import WARNINGS
from node.i18n import Bilingual, from_seconds, message
from node.services.intake import Import
from node.services.staging import Dropped, Staged
from node.services.watched import RefusedFile
from node.web.ui.parts import Choice, Complaint, Said

STATES = {
    State.STAGED: (message("not taken in yet"), "warn"),
    State.COMMITTING: (message("being taken in"), "key"),
    State.DONE: (message("taken in"), "ok"),
    State.UNDOING: (message("being undone"), "key"),
    State.UNDONE: (message("undone"), ""),
    State.DISCARDED: (message("discarded"), ""),
}
FORMATS = {
    "csv": message("CSV"),
    "tsv": message("Text with tabs"),
    "xlsx": message("Excel workbook"),
    "json": message("JSON of a recruiting system"),
    "api": message("Connection to the system"),
    "review": message("Answers to “Needs your word”"),
}
BLANKS = {
    Blanks.KEEP: (
        message("A blank cell changes nothing"),
        message("What is here already stays. Right for most files."),
    ),
    Blanks.CLEAR: (
        message("A blank cell means blank"),
        message("What is here already is cleared, as the file has it."),
    ),
}


@dataclass(frozen=True, slots=True)
class Imported:
    """One line of the list of imports."""

    batch: str
    source: str
    state: State
    started: datetime
    rows: int
    added: int
    updated: int
    suppressed: int
    errors: int

    @classmethod
    def of(cls, past: Import) -> "Imported":
        """Return the line of an import."""
        return cls(
            batch=past.id,
            source=past.source,
            state=past.state,
            started=from_seconds(past.started),
            rows=past.rows,
            added=past.added,
            updated=past.updated,
            suppressed=past.suppressed,
            errors=past.errors,
        )


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """What imports.html shows; the newest import first."""

    TEMPLATE: ClassVar[str] = "imports.html"

    sources: tuple[Choice, ...]
    batches: tuple[Imported, ...] = ()
    refused: tuple[RefusedFile, ...] = ()  # of the watched folders
    unusable: tuple[str, ...] = ()  # sources whose folder cannot be used
    unclear: int = 0  # applications of which nobody knows who ended them
    sheet: str = ""
    header_line: str = ""
    complaints: tuple[Complaint, ...] = ()
    why: Said = ""  # the file as a whole cannot be used


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One column of the file; *place* numbers its field."""

    place: int
    header: str
    samples: tuple[str, ...] = field(repr=False)
    meaning: str | None


@dataclass(frozen=True, slots=True)
class MappingPage:
    """What import_mapping.html shows."""

    TEMPLATE: ClassVar[str] = "import_mapping.html"

    staged: Staged = field(repr=False)
    label: Said
    preset: str  # the mapping that was chosen on this page, else blank
    presets: tuple[Choice, ...]
    columns: tuple[ColumnChoice, ...]
    groups: tuple[tuple[Bilingual, tuple[tuple[str, Bilingual], ...]], ...]
    blanks: Blanks
    complaints: tuple[Complaint, ...] = ()
    why: Said = ""
    formats: ClassVar[dict[str, str]] = FORMATS
    blank_words: ClassVar[dict[Blanks, tuple[str, str]]] = BLANKS


@dataclass(frozen=True, slots=True)
class Problem:
    """One row that cannot be taken in."""

    line: int
    column: str
    why: Said


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """What import_preview.html shows."""

    TEMPLATE: ClassVar[str] = "import_preview.html"

    batch: str
    rows: int
    added: int
    updated: int
    unchanged: int
    suppressed: int
    unknown_ends: int
    told: int
    errors: int
    problems: tuple[Problem, ...]  # the first ones
    dropped: tuple[Dropped, ...]
    lines: int
    is_part: bool  # the rest is being counted


@dataclass(frozen=True, slots=True)
class Warned:
    """How many rows bear one warning in one column."""

    column: str
    why: str
    rows: int


@dataclass(frozen=True, slots=True)
class ImportPage:
    """What import.html shows; *why* tells why it cannot be undone."""

    TEMPLATE: ClassVar[str] = "import.html"

    one: Imported
    format: str
    encoding: str
    sheet: str | None
    lines: int
    unchanged: int
    warnings: tuple[Warned, ...]
    dropped: tuple[tuple[str, int], ...]
    letters: int  # that wait for a confirmation, of all imports
    unclear: int
    why: tuple[Said, ...] = ()
    formats: ClassVar[dict[str, str]] = FORMATS

    @property
    def is_at_work(self) -> bool:
        """Tell whether it is being taken in or back at this moment."""
        return self.one.state in {State.COMMITTING, State.UNDOING}


def warned(warnings: Iterable[tuple[str, str, int]]) -> tuple[Warned, ...]:
    """Return the warnings of an import in words, the most frequent first."""
    found = [Warned(column, WARNINGS.get(code, code), rows) for column, code, rows in warnings]
    return tuple(sorted(found, key=lambda one: (-one.rows, one.column)))
