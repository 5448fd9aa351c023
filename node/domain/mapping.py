"""Which column of a file means which field, and what the words in its cells mean.

A preset (config/mappings) is such a table for one system; what an operator changes of it
is saved under the name of the source.
"""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeVar

from node.domain.applicant import Outcome, StageResult
from node.domain.errors import MappingError
from node.domain.field import (
    MEANINGS,
    REPEATABLE,
    STAGES,
    Field,
    Meaning,
    StageField,
    of_stage,
)
from node.domain.grades import Scale, scales_of
from node.domain.sheet import Record, column_name
from node.i18n import Bilingual
from protocol.taxonomy import CandidateEnd, EndedBy, Reason, Route, Stage

_TELLING: Final = 3  # columns that a system's own file has in any case: name, job and day

T = TypeVar("T")


class Blanks(StrEnum):
    """What an empty cell says of an application that is here already."""

    KEEP = "keep"  # nothing: the older value stays
    CLEAR = "clear"  # the value is gone


class Numbers(StrEnum):
    """Whether a row may leave out the number of its application or person."""

    NEEDED = "needed"  # no, where there is a column for it
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class End:
    """What a word in the column of the end means."""

    outcome: Outcome
    ended_by: EndedBy | None = None
    kind: CandidateEnd | None = None
    reason: Reason | None = None

    @property
    def code(self) -> str:
        """Return the spelling of the files, such as ``org:skill_gap``."""
        if self.outcome is not Outcome.ENDED:
            return self.outcome
        detail = self.kind or self.reason
        return f"{self.ended_by}:{detail}" if detail else str(self.ended_by)


RUNNING: Final = End(Outcome.RUNNING)
UNKNOWN_END: Final = End(Outcome.ENDED, EndedBy.UNKNOWN)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How one source spells the uniform record; every word is compared folded."""

    name: str
    label: Bilingual
    columns: Mapping[str, Meaning]  # header as column_name gives it
    ends: Mapping[str, End] = field(default_factory=dict)
    steps: Mapping[str, Stage] = field(default_factory=dict)
    results: Mapping[str, StageResult] = field(default_factory=dict)
    grades: Scale = ()
    scales: Mapping[Meaning, Scale] = field(default_factory=dict)  # where they are not *grades*
    route: Route | None = None  # of rows that name none
    blanks: Blanks = Blanks.KEEP
    numbers: Numbers = Numbers.NEEDED

    def __post_init__(self) -> None:
        unknown = sorted(set(self.columns.values()) - set(MEANINGS))
        if unknown:
            raise MappingError("unreadable", self.name, *unknown)

    def of_header(self, header: Sequence[str]) -> "ColumnMapping":
        """Return the mapping with those columns alone that *header* has, as it spells them.

        Where two columns could mean one field, the first of the mapping counts.
        """
        spelt = {column.casefold(): column for column in reversed(header)}
        found: dict[str, Meaning] = {}
        taken: set[Meaning] = set()
        for name, meaning in self.columns.items():
            column = spelt.get(name.casefold())
            if column is not None and (meaning not in taken or meaning in REPEATABLE):
                found[column] = meaning
                taken.add(meaning)
        return replace(
            self, columns={column: found[column] for column in header if column in found}
        )

    def graded(self, header: Sequence[str], records: Iterable[Record]) -> "ColumnMapping":
        """Return the mapping with the scales that the grades in *records* are of."""
        return replace(self, scales=scales_of(self.columns, self.grades, header, records))

    def with_words(self, words: Mapping[str, End]) -> "ColumnMapping":
        """Return the mapping that knows *words* too; a word that it explains keeps its meaning."""
        told = {word: end for word, end in self.ends.items() if end != UNKNOWN_END}
        return replace(self, ends={**self.ends, **words, **told})

    @property
    def told_stages(self) -> frozenset[Stage]:
        """Return the stages that have columns of their own; every one where no step is named."""
        named = set(self.columns.values())
        if Field.STEP not in named:
            return frozenset(Stage)
        parts = (StageField.ON, StageField.RESULT)
        return frozenset(one for one in STAGES if named & {of_stage(one, part) for part in parts})

    def check(self, header: Sequence[str]) -> None:
        """Return if a file with *header* can be read by this mapping.

        Raises:
            MappingError: a field that every application needs has no column, or a
                field that stands alone has two.
        """
        named = dict.fromkeys(header)
        present = [self.columns[column] for column in named if column in self.columns]
        twice = sorted({one for one in present if present.count(one) > 1} - REPEATABLE)
        if twice:
            raise MappingError("two-columns", *twice)
        has_name = Field.NAME in present or {Field.FAMILY_NAME, Field.GIVEN_NAME} <= set(present)
        missing = [] if has_name else [Field.NAME]
        missing += [one for one in (Field.JOB, Field.APPLIED_ON) if one not in present]
        if missing:
            raise MappingError("missing-fields", *missing)


@lru_cache(maxsize=4096)
def word(text: str) -> str:
    """Return a cell's word as compared: NFKC, without case and spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def guess(header: Sequence[str], presets: Collection[ColumnMapping]) -> ColumnMapping:
    """Return the preset that knows most of *header*, cut down to it.

    Of two that know as many columns, the one with fewer others is nearer. Where none knows
    enough to be told from chance, it is the one for any table: that of the most columns.
    """
    cut = {one.name: one.of_header(header) for one in presets}
    nearest = max(presets, key=lambda one: (len(cut[one.name].columns), -len(one.columns)))
    if len(cut[nearest.name].columns) < _TELLING:
        nearest = max(presets, key=lambda one: len(one.columns))
    return cut[nearest.name]


def mapping_from(name: str, document: Mapping[str, object]) -> ColumnMapping:
    """Return the mapping in a parsed TOML or JSON *document*.

    Raises:
        MappingError: an unknown key, field, end, stage, result or route.
    """
    known = {"label", "columns", "ends", "steps", "results", "grades", "scales", "route"}
    known |= {"blanks", "numbers"}
    if set(document) - known:
        raise MappingError("unreadable", name, *sorted(set(document) - known))
    label = _texts(name, document.get("label", {"ja": name, "en": name}))
    route, scales = document.get("route"), document.get("scales", {})
    if set(label) != {"ja", "en"} or not isinstance(scales, dict):
        raise MappingError("unreadable", name, "label", "scales")
    try:
        return ColumnMapping(
            name=name,
            label=Bilingual(label["ja"], label["en"]),
            columns={
                column_name(key): meaning
                for key, meaning in _texts(name, document.get("columns", {})).items()
            },
            ends=_words(name, document, "ends", read_end),
            steps=_words(name, document, "steps", Stage),
            results=_words(name, document, "results", StageResult),
            grades=_scale(name, document.get("grades", [])),
            scales={meaning: _scale(name, scale) for meaning, scale in scales.items()},
            route=None if route is None else Route(str(route)),
            blanks=Blanks(str(document.get("blanks", Blanks.KEEP))),
            numbers=Numbers(str(document.get("numbers", Numbers.NEEDED))),
        )
    except ValueError as error:
        raise MappingError("unreadable", name, str(error)) from None


def document_of(mapping: ColumnMapping) -> dict[str, object]:
    """Return what :func:`mapping_from` reads back as *mapping*."""
    document: dict[str, object] = {
        "label": {"ja": mapping.label.ja, "en": mapping.label.en},
        "columns": dict(mapping.columns),
        "ends": {key: end.code for key, end in mapping.ends.items()},
        "steps": {key: str(stage) for key, stage in mapping.steps.items()},
        "results": {key: str(result) for key, result in mapping.results.items()},
        "grades": [*mapping.grades],
        "scales": {meaning: [*scale] for meaning, scale in mapping.scales.items()},
        "blanks": str(mapping.blanks),
        "numbers": str(mapping.numbers),
    }
    if mapping.route is not None:
        document["route"] = str(mapping.route)
    return document


def read_end(code: str) -> End:
    """Return the end that a *code* such as ``candidate:offer_declined`` names.

    Raises:
        ValueError: no such code.
    """
    if code in (Outcome.RUNNING, Outcome.HIRED):
        return End(Outcome(code))
    who, _, detail = code.partition(":")
    ended_by = EndedBy(who)
    if not detail:
        return End(Outcome.ENDED, ended_by)
    if ended_by is EndedBy.CANDIDATE:
        return End(Outcome.ENDED, ended_by, kind=CandidateEnd(detail))
    if ended_by is EndedBy.ORG:
        return End(Outcome.ENDED, ended_by, reason=Reason(detail))
    raise ValueError(f"{code}: only org and candidate have details")


def _texts(name: str, value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise MappingError("unreadable", name)
    return {str(key): str(one) for key, one in value.items()}


def _scale(name: str, value: object) -> Scale:
    if not isinstance(value, list):
        raise MappingError("unreadable", name, "grades")
    return tuple(word(str(grade)) for grade in value)


def _words(
    name: str, document: Mapping[str, object], key: str, read: Callable[[str], T]
) -> dict[str, T]:
    return {word(text): read(code) for text, code in _texts(name, document.get(key, {})).items()}
