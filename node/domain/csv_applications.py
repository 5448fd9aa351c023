"""The documented CSV of applications (docs/IMPORT.md): one row an application.

A row becomes a uniform record or an error that names line, column and reason; the
other rows are not touched by it. Columns that are not listed here are never read.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from node.domain.applicant import (
    Application,
    Employer,
    Identity,
    Outcome,
    Profile,
    Rating,
    StageEvent,
    StageResult,
)
from node.domain.blocks import read_corporate_number
from node.domain.contact import kana, read_mails, read_phone
from node.domain.csv_text import CsvText, Record, open_csv
from node.domain.errors import UnreadableError
from node.domain.japanese_dates import read_date
from node.domain.regions import read_prefecture, region_of
from node.domain.vocabulary import Vocabulary
from protocol.taxonomy import CandidateEnd, EndedBy, Route, Stage, years_band

STAGES: Final[dict[str, Stage]] = {
    "書類": Stage.SCREENING,
    "一次": Stage.INTERVIEW_1,
    "二次": Stage.INTERVIEW_2,
    "最終": Stage.FINAL,
    "内定": Stage.OFFER,
}
_PERSON_COLUMNS: Final = (
    "応募ID",
    "候補者ID",
    "氏名",
    "フリガナ",
    "生年月日",
    "メールアドレス",
    "電話番号",
    "都道府県",
    "現在の勤務先",
    "現在の勤務先法人番号",
    "求人名",
    "職種",
    "応募経路",
    "媒体名",
    "応募日",
    "経験年数",
    "スキル",
)
_STAGE_COLUMNS: Final = tuple(
    f"{stage}{part}" for stage in STAGES for part in ("実施日", "結果", "評価", "面接官")
)
COLUMNS: Final = (*_PERSON_COLUMNS, *_STAGE_COLUMNS, "選考終了理由", "終了日", "費用")

# HERP's five values (DOMAIN 3.1); a blank one is a selection that still runs.
_ENDS: Final[dict[str, tuple[Outcome, EndedBy | None]]] = {
    "": (Outcome.RUNNING, None),
    "入社決定": (Outcome.HIRED, None),
    "応募者辞退": (Outcome.ENDED, EndedBy.CANDIDATE),
    "不採用": (Outcome.ENDED, EndedBy.ORG),
    "非選考対象": (Outcome.ENDED, EndedBy.NEITHER),
}
_RESULTS: Final[dict[str, StageResult]] = {
    **dict.fromkeys(("選考中", "未実施", "調整中", "提示中", "内定"), StageResult.PENDING),
    **dict.fromkeys(("合格", "通過", "承諾"), StageResult.PASSED),
    **dict.fromkeys(("不合格", "不採用", "見送り"), StageResult.FAILED),
    **dict.fromkeys(("辞退",), StageResult.WITHDREW),
}
_SCALE: Final = "A-E"
_GRADES: Final = "EDCBA"
_BLANK: Final = frozenset({"", "-", "'", "―", "なし", "不明", "未定"})
_FORMULA_STARTS: Final = "=+-@\t"
_MAX_YEARS: Final = 70
_MAX_YEN: Final = 10**9
_MAX_NAME: Final = 200  # characters, of every cell that a page lists

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One good row; *warnings* are codes such as era-overrun, with their column."""

    line: int
    candidate_id: str = field(repr=False)
    identity: Identity
    profile: Profile
    application: Application
    warnings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RowError:
    """One row that was left out: its first problem, all of them, and its cells."""

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


def open_applications(content: bytes) -> CsvText:
    """Return the opened file; its rows are then read by :func:`read_applications`.

    Raises:
        FileRefusedError: the file as a whole; see its codes.
    """
    return open_csv(content, COLUMNS)


def read_applications(opened: CsvText, vocabulary: Vocabulary) -> Iterator[ParsedRow | RowError]:
    """Yield each row as a record or an error, in the order of the file."""
    places = {column: opened.header.index(column) for column in COLUMNS}
    seen: set[str] = set()
    names: dict[str, str] = {}
    for record in opened.records():
        if record.fault is not None:
            yield RowError(record.line, (("", record.fault),), record.cells)
            continue
        row = _Row(record, places, vocabulary)
        parsed = row.parsed()
        if parsed.application.remote_id in seen:
            row.problems.append(("応募ID", "repeated"))
        # Two names under one number would send one person's letter to another.
        if names.setdefault(parsed.candidate_id, parsed.identity.name) != parsed.identity.name:
            row.problems.append(("候補者ID", "other-name"))
        if row.problems:
            yield RowError(record.line, tuple(row.problems), record.cells)
            continue
        seen.add(parsed.application.remote_id)
        yield parsed


class _Row:
    """One record while it is read; it gathers every problem before it gives up."""

    def __init__(self, record: Record, places: Mapping[str, int], vocabulary: Vocabulary) -> None:
        self._record, self._places, self._vocabulary = record, places, vocabulary
        self.problems: list[tuple[str, str]] = []
        self._warnings: list[tuple[str, str]] = []

    def parsed(self) -> ParsedRow:
        """Return the record, worth something only while there are no problems."""
        occupation = self._word("職種", "occupation")
        years = self._read("経験年数", _years)
        known, unknown = self._skills()
        identity, application = self._identity(), self._application(occupation)
        if identity.born_on and identity.born_on >= application.applied_on > date.min:
            self.problems.append(("生年月日", "bad-date"))
        return ParsedRow(
            line=self._record.line,
            candidate_id=self._needed("候補者ID"),
            identity=identity,
            profile=Profile(
                region=region_of(identity.prefecture),
                occupation=occupation,
                years=None if years is None else years_band(years),
                skills=known,
                unknown_skills=unknown,
            ),
            application=application,
            warnings=tuple(self._warnings),
        )

    def _identity(self) -> Identity:
        mails = self._read("メールアドレス", read_mails) or ()
        phone = self._read("電話番号", read_phone)
        if any(mail.legacy_dots for mail in mails):
            self._warnings.append(("メールアドレス", "legacy-dots"))
        if phone is not None and phone.unassigned:
            self._warnings.append(("電話番号", "unassigned"))
        return Identity(
            name=self._needed("氏名"),
            kana=self._read("フリガナ", kana),
            born_on=self._day("生年月日"),
            mails=tuple(mail.address for mail in mails),
            phones=() if phone is None else (phone.number,),
            prefecture=self._read("都道府県", read_prefecture),
            employer=Employer(
                self._read("現在の勤務先", str),
                self._read("現在の勤務先法人番号", read_corporate_number),
            ),
        )

    def _application(self, occupation: str | None) -> Application:
        events = tuple(event for name in STAGES if (event := self._event(name)))
        outcome, ended_by = self._end()
        applied_on = self._day("応募日")
        if applied_on is None and not self._cell("応募日"):
            self.problems.append(("応募日", "missing"))
        ended_on = self._day("終了日")
        if applied_on and ended_on and ended_on < applied_on:
            self.problems.append(("終了日", "before-application"))
        return Application(
            remote_id=self._needed("応募ID"),
            job=self._needed("求人名"),
            applied_on=applied_on or date.min,
            occupation=occupation,
            route=Route(self._word("応募経路", "route") or Route.OTHER),
            medium=self._read("媒体名", str),
            outcome=outcome,
            ended_by=ended_by,
            ended_kind=_ended_kind(events) if ended_by is EndedBy.CANDIDATE else None,
            ended_on=ended_on,
            original_status=self._cell("選考終了理由"),
            cost_yen=self._read("費用", _yen),
            events=events,
            ratings=tuple(rating for name in STAGES if (rating := self._rating(name))),
        )

    def _event(self, name: str) -> StageEvent | None:
        on, result = self._day(f"{name}実施日"), self._read(f"{name}結果", _result)
        if on is None and result is None:
            return None
        return StageEvent(STAGES[name], result or StageResult.PENDING, on)

    def _rating(self, name: str) -> Rating | None:
        grade = self._read(f"{name}評価", _grade)
        interviewer = self._read(f"{name}面接官", str)
        if grade is None or interviewer is None:
            return None
        return Rating(STAGES[name], _SCALE, grade, len(_GRADES), interviewer)

    def _end(self) -> tuple[Outcome, EndedBy | None]:
        found = _ENDS.get(self._cell("選考終了理由"))
        if found is None:
            self._warnings.append(("選考終了理由", "unknown-end"))
            return Outcome.ENDED, EndedBy.UNKNOWN
        return found

    def _skills(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        known: set[str] = set()
        unknown: set[str] = set()
        for part in self._cell("スキル").replace(",", "、").replace("\n", "、").split("、"):
            if text := part.strip():
                code = self._vocabulary.find("skill", text)
                (known if code else unknown).add(code or text)
        return tuple(sorted(known)), tuple(sorted(unknown))

    def _word(self, column: str, family: str) -> str | None:
        text = self._cell(column)
        code = self._vocabulary.find(family, text) if text else None
        if text and code is None:
            self._warnings.append((column, "unknown-word"))
        return code

    def _day(self, column: str) -> date | None:
        reading = self._read(column, read_date)
        if reading is None:
            return None
        if reading.era_overrun:
            self._warnings.append((column, "era-overrun"))
        return reading.day

    def _needed(self, column: str) -> str:
        text = self._read(column, str)
        if text is None:
            if not self._cell(column):
                self.problems.append((column, "missing"))
            return ""
        return text

    def _read(self, column: str, read: Callable[[str], T]) -> T | None:
        text = self._cell(column)
        if not text:
            return None
        if len(text) > _MAX_NAME:
            self.problems.append((column, "too-long"))
            return None
        try:
            return read(text)
        except UnreadableError as error:
            self.problems.append((column, error.code))
            return None

    def _cell(self, column: str) -> str:
        """Return the cell without the mark that our own error file puts before formulas."""
        text = self._record.cells[self._places[column]].strip()
        if text.startswith("'") and text[1:2] and _plain(text[1]) in _FORMULA_STARTS:
            text = text[1:]
        return "" if text in _BLANK else text


def _ended_kind(events: tuple[StageEvent, ...]) -> CandidateEnd:
    """Return when a candidate left, by what became of the offer."""
    offers = [event.result for event in events if event.stage is Stage.OFFER]
    if StageResult.PASSED in offers:
        return CandidateEnd.AFTER_ACCEPTANCE
    if offers and StageResult.FAILED not in offers:
        return CandidateEnd.OFFER_DECLINED
    return CandidateEnd.BEFORE_OFFER


def _result(text: str) -> StageResult:
    result = _RESULTS.get(_plain(text))
    if result is None:
        raise UnreadableError("bad-result")
    return result


def _grade(text: str) -> int:
    grade = _plain(text).upper()
    if len(grade) != 1 or grade not in _GRADES:
        raise UnreadableError("bad-rating")
    return _GRADES.index(grade) + 1


def _years(text: str) -> int:
    return _number(_plain(text).removesuffix("以上").removesuffix("年"), _MAX_YEARS, "bad-years")


def _yen(text: str) -> int:
    digits = _plain(text).replace(",", "").lstrip("¥\\").removesuffix("円")
    return _number(digits, _MAX_YEN, "bad-yen")


def _number(digits: str, most: int, code: str) -> int:
    if not digits.isascii() or not digits.isdecimal() or int(digits) > most:
        raise UnreadableError(code)
    return int(digits)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
