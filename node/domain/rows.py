"""The rows of a sheet as uniform records, read through a mapping of its columns.

A row becomes a record or an error that names line, column and reason; the other rows
are not touched by it. Columns without a meaning are never read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from node.domain.applicant import Application, Identity, Profile
from node.domain.field import REPEATABLE, Field, Meaning, StageField, of_stage
from node.domain.grades import with_scale
from node.domain.mapping import Blanks, ColumnMapping, Numbers
from node.domain.name_variants import folded
from node.domain.row_reading import RowReading, cells_of
from node.domain.sheet import Record
from node.domain.vocabulary import Vocabulary
from protocol.taxonomy import EndedBy

# Of an error file, before the columns of the file whose rows it holds.
FAULT_COLUMNS: Final = ("行", "列", "理由", "reason")
_MOST_LINES: Final = 50  # of one application
_DAYS: Final = (Field.REJECTED_ON, Field.WITHDREW_ON, Field.JOINED_ON)


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One good row; *warnings* are codes such as era-overrun, with their column."""

    line: int
    candidate_id: str = field(repr=False)  # blank where the source has no number a person
    identity: Identity
    profile: Profile
    application: Application
    cells: dict[Meaning, str] = field(repr=False)
    raw: tuple[str, ...] = field(repr=False)  # the cells of its first line, for an error file
    warnings: tuple[tuple[str, str], ...] = ()
    answer: EndedBy | None = None  # a recruiter's word, where the row is one of another node


@dataclass(frozen=True, slots=True)
class RowError:
    """One row that was left out: its problems, and its cells."""

    line: int
    problems: tuple[tuple[str, str], ...]  # (column, reason code), never empty
    cells: tuple[str, ...] = field(repr=False)

    @property
    def column(self) -> str:
        """Return the column of the first problem."""
        return self.problems[0][0]

    @property
    def reason(self) -> str:
        """Return the reason code of the first problem."""
        return self.problems[0][1]


@dataclass(frozen=True, slots=True)
class _Line:
    """One record with its cells by meaning."""

    record: Record
    cells: dict[Meaning, str] = field(repr=False)


def read_rows(
    records: Iterable[Record],
    header: Sequence[str],
    mapping: ColumnMapping,
    vocabulary: Vocabulary,
) -> Iterator[ParsedRow | RowError]:
    """Yield each application of a sheet under *header* as a record or an error, in order.

    Several rows in a row with one 応募ID that do not contradict each other are one
    application, and so are those behind it without a number and a name (merged cells).

    Raises:
        MappingError: the sheet lacks columns that every application needs.
    """
    mapping.check(header)
    places: dict[Meaning, list[int]] = {}
    for place, column in enumerate(header):
        meaning = mapping.columns.get(column)
        # Of columns with one name the first counts where their cells cannot be joined.
        if meaning is not None and (meaning in REPEATABLE or meaning not in places):
            places.setdefault(meaning, []).append(place)
    names = {meaning: "、".join(header[one] for one in where) for meaning, where in places.items()}
    seen: set[str] = set()
    people: dict[str, str] = {}
    # Rows without numbers cannot say that they go on: each of them is an application.
    most = _MOST_LINES if mapping.numbers is Numbers.NEEDED else 1
    for line in _applications(_told(records, header), places, most):
        if line.record.fault is not None:
            yield RowError(line.record.line, (("", line.record.fault),), line.record.cells)
            continue
        reading = RowReading(line.cells, mapping, vocabulary)
        if reading.is_dispatched():
            # Not even the cells are kept: these people applied for nothing.
            yield RowError(line.record.line, (("", "dispatched"),), ())
            continue
        parsed = _parsed(line, reading)
        if parsed.application.remote_id in seen:
            reading.problems.append((Field.APPLICATION_ID, "repeated"))
        # Two names under one number would send one person's letter to another.
        number, name = parsed.candidate_id, folded(parsed.identity.name)
        if number and people.setdefault(number, name) != name:
            reading.problems.append((Field.CANDIDATE_ID, "other-name"))
        if reading.problems:
            yield RowError(line.record.line, _named(reading.problems, names), line.record.cells)
            continue
        seen.add(parsed.application.remote_id)
        warnings = _named(reading.warnings, names)
        yield replace(parsed, warnings=warnings) if warnings else parsed


def reread(
    row: ParsedRow, old: Mapping[Meaning, str], mapping: ColumnMapping, vocabulary: Vocabulary
) -> ParsedRow | RowError:
    """Return *row* laid over the *old* cells of its application.

    What the file has no column for stays. A blank cell leaves what was there, or clears it,
    as the mapping says; a blank end always counts where the mapping says what it means, and
    a blank day of an end does.
    """
    said = {
        meaning: text
        for meaning, text in row.cells.items()
        if text
        or mapping.blanks is Blanks.CLEAR
        or meaning in _DAYS
        or (meaning == Field.END and "" in mapping.ends)
    }
    tells = (Field.END, *_DAYS)
    ends_anew = any(meaning in said and said[meaning] != old.get(meaning, "") for meaning in tells)
    # The reason and the day of an end that holds no more are nothing's reason and day.
    stale = {Field.REASON, Field.ENDED_ON, *_DAYS} if ends_anew else set()
    kept = {meaning: text for meaning, text in old.items() if meaning not in stale}
    line = _Line(Record(row.line, row.raw), {**kept, **said})
    reading = RowReading(line.cells, mapping, vocabulary)
    parsed = _parsed(line, reading)
    if reading.problems:
        return RowError(row.line, tuple(reading.problems), row.raw)
    return replace(parsed, warnings=row.warnings)


def _parsed(line: _Line, reading: RowReading) -> ParsedRow:
    identity = reading.identity()
    profile = reading.profile(identity)
    cells = dict(line.cells)
    if cells.get(Field.NOTES):
        # The text itself is not kept: its skills stand beside those of their column.
        cells[Field.SKILLS] = "、".join((*profile.skills, *profile.unknown_skills))
        del cells[Field.NOTES]
    application = reading.application(identity, profile.occupation)
    for rating in application.ratings:
        # A later file of the source may use another scale.
        place = of_stage(rating.stage, StageField.RATING)
        cells[place] = with_scale(cells[place], rating.scale)
    return ParsedRow(
        line=line.record.line,
        candidate_id=reading.candidate_id(),
        identity=identity,
        profile=profile,
        application=application,
        cells=cells,
        raw=line.record.cells,
    )


def _told(records: Iterable[Record], header: Sequence[str]) -> Iterator[Record]:
    """Yield the *records* without those of an error file that keeps nothing of their row."""
    own = len(FAULT_COLUMNS)
    is_error_file = tuple(header[:own]) == FAULT_COLUMNS
    for record in records:
        if record.fault is not None or not is_error_file or any(record.cells[own:]):
            yield record


def _applications(
    records: Iterable[Record], places: dict[Meaning, list[int]], most: int
) -> Iterator[_Line]:
    """Yield each application once, its further rows joined to its first, *most* in all."""
    held: _Line | None = None
    lines = 1
    for record in records:
        cells = {} if record.fault is not None else cells_of(record.cells, places)
        line = _Line(record, cells)
        if held is not None and lines < most and _continues(held, line):
            held, lines = _joined(held, line), lines + 1
            continue
        if held is not None:
            yield held
        held, lines = line, 1
    if held is not None:
        yield held


def _continues(held: _Line, line: _Line) -> bool:
    """Tell whether *line* says more of the application of *held*."""
    if held.record.fault is not None or line.record.fault is not None:
        return False
    number = line.cells.get(Field.APPLICATION_ID, "")
    if not number:
        return Field.APPLICATION_ID in line.cells and not _name(line)
    return (
        number == held.cells.get(Field.APPLICATION_ID)
        and all(
            not text or not held.cells[meaning] or text == held.cells[meaning]
            for meaning, text in line.cells.items()
            if meaning not in REPEATABLE
        )
        and line.cells != held.cells
    )


def _name(line: _Line) -> str:
    return line.cells.get(Field.NAME, "") or line.cells.get(Field.FAMILY_NAME, "")


def _joined(held: _Line, line: _Line) -> _Line:
    cells = dict(held.cells)
    for meaning, text in line.cells.items():
        if not cells[meaning]:
            cells[meaning] = text
        elif meaning in REPEATABLE and text and text not in cells[meaning].split("\n"):
            cells[meaning] += f"\n{text}"
    return _Line(held.record, cells)


def _named(
    said: Iterable[tuple[Meaning, str]], names: dict[Meaning, str]
) -> tuple[tuple[str, str], ...]:
    """Return what was said of meanings with the headers of their columns."""
    return tuple((names.get(meaning, ""), code) for meaning, code in said)
