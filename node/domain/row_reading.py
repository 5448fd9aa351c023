"""One row while it is read: every problem is gathered before it is given up."""

import re
from collections.abc import Callable, Mapping, Sequence
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
from node.domain.cell_values import (
    plain,
    read_choice,
    read_postal,
    read_years,
    read_yen,
    unmarked,
)
from node.domain.contact import kana, match_keys, read_mails, read_phone
from node.domain.errors import UnreadableError
from node.domain.field import REPEATABLE, STAGES, Field, Meaning, StageField, of_stage
from node.domain.grades import read_grade, scale_name
from node.domain.japanese_dates import read_date
from node.domain.mapping import RUNNING, UNKNOWN_END, ColumnMapping, End, Numbers, word
from node.domain.name_variants import folded
from node.domain.regions import read_prefecture, region_of
from node.domain.route_words import is_brought, is_dispatched, is_medium
from node.domain.vocabulary import Vocabulary
from protocol.taxonomy import CandidateEnd, EndedBy, Reason, Route, Stage, years_band

MAX_TEXT: Final = 200  # characters, of every cell that a page lists
MAX_NOTES: Final = 10_000

_SEPARATORS: Final = re.compile(r"[、,;/\n]")
_END_OF_DAY: Final = {
    Field.REJECTED_ON: End(Outcome.ENDED, EndedBy.ORG),
    Field.WITHDREW_ON: End(Outcome.ENDED, EndedBy.CANDIDATE),
    Field.JOINED_ON: End(Outcome.HIRED),
}

T = TypeVar("T")


class RowReading:
    """Reads one row's cells, by meaning; *problems* and *warnings* are (meaning, code)."""

    def __init__(
        self, cells: Mapping[Meaning, str], mapping: ColumnMapping, vocabulary: Vocabulary
    ) -> None:
        self._cells, self._mapping, self._vocabulary = cells, mapping, vocabulary
        self.problems: list[tuple[Meaning, str]] = []
        self.warnings: list[tuple[Meaning, str]] = []

    def candidate_id(self) -> str:
        """Return the person's number at the source, blank where there is none."""
        if Field.CANDIDATE_ID in self._cells and self._mapping.numbers is Numbers.NEEDED:
            return self._needed(Field.CANDIDATE_ID)
        return self._read(Field.CANDIDATE_ID, str) or ""

    def identity(self) -> Identity:
        """Return who the person is."""
        mails = self._read(Field.MAIL, read_mails) or ()
        phones = self._phones()
        if any(mail.legacy_dots for mail in mails):
            self.warnings.append((Field.MAIL, "legacy-dots"))
        if any(mail.was_wide for mail in mails):
            self.warnings.append((Field.MAIL, "wide-mail"))
        return Identity(
            name=self._name(),
            kana=self._kana(),
            born_on=self._day(Field.BORN_ON),
            mails=tuple(mail.address for mail in mails),
            phones=phones,
            postal=self._read(Field.POSTAL, read_postal),
            prefecture=self._prefecture(),
            employer=Employer(
                self._read(Field.EMPLOYER, str),
                self._read(Field.EMPLOYER_NUMBER, read_corporate_number),
            ),
        )

    def profile(self, identity: Identity) -> Profile:
        """Return what the person can do; free text adds skills that the vocabulary knows."""
        years = self._read(Field.YEARS, read_years)
        known, unknown = self._skills()
        if notes := self._text(Field.NOTES):
            known |= set(self._vocabulary.mentioned("skill", notes))
        return Profile(
            region=region_of(identity.prefecture),
            occupation=self._word(Field.OCCUPATION, "occupation"),
            years=None if years is None else years_band(years),
            skills=tuple(sorted(known)),
            unknown_skills=tuple(sorted(unknown)),
        )

    def is_dispatched(self) -> bool:
        """Tell whether the row is of somebody whom an agency dispatches."""
        return is_dispatched(
            route=self._text(Field.ROUTE),
            medium=self._text(Field.MEDIUM),
            employment=self._text(Field.EMPLOYMENT),
            dispatcher=self._text(Field.DISPATCHER),
        )

    def application(self, identity: Identity, occupation: str | None) -> Application:
        """Return the application; one without a number is told by person, job and day."""
        end, ended_on = self._end()
        step = self._step()
        events = self._events(step, end)
        applied_on = self._day(Field.APPLIED_ON)
        if applied_on is None and not self._text(Field.APPLIED_ON):
            self.problems.append((Field.APPLIED_ON, "missing"))
        if applied_on and ended_on and ended_on < applied_on:
            self.problems.append((Field.ENDED_ON, "before-application"))
        if identity.born_on and applied_on and identity.born_on >= applied_on:
            self.problems.append((Field.BORN_ON, "bad-date"))
        job = self._needed(Field.JOB)
        kind = end.kind
        if end.ended_by is EndedBy.CANDIDATE and kind is None:
            kind = ended_kind(events)
        return Application(
            remote_id=self._remote(identity, job, applied_on),
            job=job,
            applied_on=applied_on or date.min,
            occupation=occupation,
            route=self._route(),
            medium=self._medium(),
            outcome=end.outcome,
            ended_by=end.ended_by,
            ended_kind=kind,
            reason=end.reason,
            ended_on=ended_on,
            original_status=self._text(Field.END) or self._text(Field.STEP),
            may_mail=self._read(Field.MAY_MAIL, read_choice) is not False,
            cost_yen=self._read(Field.COST, read_yen),
            events=events,
            ratings=tuple(rating for stage in STAGES if (rating := self._rating(stage))),
        )

    def _route(self) -> Route:
        text = self._text(Field.ROUTE)
        if not text:
            return self._mapping.route or Route.OTHER
        if self._vocabulary.find("route", text) is None:
            if is_brought(text):
                return Route.AGENCY
            if is_medium(text):
                return Route.MEDIA
        return Route(self._word(Field.ROUTE, "route") or Route.OTHER)

    def _medium(self) -> str | None:
        """Return the medium; many files write its name where the route should stand."""
        medium, route = self._read(Field.MEDIUM, str), self._text(Field.ROUTE)
        if medium is None and route and self._vocabulary.find("route", route) is None:
            return self._read(Field.ROUTE, str)
        return medium

    def _remote(self, identity: Identity, job: str, applied_on: date | None) -> str:
        number = self._read(Field.APPLICATION_ID, str)
        if number is not None:
            return number
        is_needed = self._mapping.numbers is Numbers.NEEDED
        if is_needed and Field.APPLICATION_ID in self._mapping.columns.values():
            self.problems.append((Field.APPLICATION_ID, "missing"))
            return ""
        keys = match_keys(identity)
        if not keys:
            self.problems.append(("", "no-key"))  # of the whole row
            return ""
        # The name, for an agency may write its own address beside all of its people.
        key, name = keys[0], folded(identity.name)
        return "\n".join((key.kind, key.text, name, job, str(applied_on)))

    def _name(self) -> str:
        if self._text(Field.NAME) or Field.FAMILY_NAME not in self._cells:
            return self._needed(Field.NAME)
        named = any(map(self._text, (Field.FAMILY_NAME, Field.GIVEN_NAME)))
        if Field.NAME in self._cells and not named:
            return self._needed(Field.NAME)
        parts = (self._needed(Field.FAMILY_NAME), self._needed(Field.GIVEN_NAME))
        return " ".join(part for part in parts if part)

    def _kana(self) -> str | None:
        whole = self._read(Field.KANA, kana)
        if whole is not None:
            return whole
        parts = (self._read(Field.FAMILY_KANA, kana), self._read(Field.GIVEN_KANA, kana))
        return " ".join(part for part in parts if part) or None

    def _prefecture(self) -> str | None:
        """Return the prefecture of the address, None where it lies abroad or tells none."""
        text = self._text(Field.ADDRESS)
        for part in (text, *text.split("\n")) if text else ():
            try:
                return read_prefecture(part)
            except UnreadableError:
                continue
        if text:
            self.warnings.append((Field.ADDRESS, "unknown-address"))
        return None

    def _phones(self) -> tuple[str, ...]:
        found: list[str] = []
        for part in _SEPARATORS.split(plain(self._text(Field.PHONE))):
            if not part.strip():
                continue
            try:
                phone = read_phone(part)
            except UnreadableError as error:
                self.problems.append((Field.PHONE, error.code))
                continue
            if phone.unassigned:
                self.warnings.append((Field.PHONE, "unassigned"))
            if phone.number not in found:
                found.append(phone.number)
        return tuple(found)

    def _end(self) -> tuple[End, date | None]:
        """Return how it ended, and when: by its column, else by the step, else by the days."""
        ended_on = self._day(Field.ENDED_ON)
        days = {field: day for field in _END_OF_DAY if (day := self._day(field)) is not None}
        reason = self._reason()
        end = self._said_end()
        if end is None:
            end = self._end_of(days)
        if reason is not None and end.outcome is Outcome.RUNNING:
            # A reason why the company said no, and nothing that says that it did.
            self.warnings.append((Field.REASON, "unknown-end"))
            end = UNKNOWN_END
        if reason is not None and end.ended_by is EndedBy.ORG and end.reason is None:
            end = End(end.outcome, end.ended_by, reason=reason)
        if end.outcome is Outcome.RUNNING:
            return end, None
        if ended_on is None and end.outcome is Outcome.ENDED:
            ended_on = max(days.values(), default=None)
        return end, ended_on

    def _said_end(self) -> End | None:
        """Return the end that a word tells, None where there is no word."""
        text, step = self._text(Field.END), self._text(Field.STEP)
        if text:
            end = self._mapping.ends.get(word(text))
            if end is None:
                self.warnings.append((Field.END, "unknown-end"))
            return end or UNKNOWN_END
        end = self._mapping.ends.get(word(step)) if step else None
        # A step that runs says less than the day on which a selection ended.
        return None if end == RUNNING else end

    def _end_of(self, days: Mapping[Field, date]) -> End:
        """Return the end whose day is filled in; of two nobody knows which one holds."""
        if len(days) > 1:
            self.warnings += [(field, "two-ends") for field in days]
            return UNKNOWN_END
        return next((_END_OF_DAY[field] for field in days), RUNNING)

    def _reason(self) -> Reason | None:
        """Return the first reason that is known of those that stand in the cell."""
        text = self._text(Field.REASON)
        if not text:
            return None
        for part in _SEPARATORS.split(plain(text)):
            end = self._mapping.ends.get(word(part))
            if end is not None and end.reason is not None:
                return end.reason
            if code := self._vocabulary.find("reason", part):
                return Reason(code)
        self.warnings.append((Field.REASON, "unknown-reason"))
        return Reason.OTHER

    def _step(self) -> Stage | None:
        text = self._text(Field.STEP)
        known = self._mapping.steps.get(word(text))
        if known is not None or not text or word(text) in self._mapping.ends:
            return known
        stage = self._vocabulary.find("stage", text)
        if stage is None:
            self.warnings.append((Field.STEP, "unknown-step"))
            return None
        return Stage(stage)

    def _events(self, step: Stage | None, end: End) -> tuple[StageEvent, ...]:
        events = [event for stage in STAGES if (event := self._event(stage))]
        known = {Stage.ENTRY, *(event.stage for event in events)}
        if step is not None and step not in known:
            events.append(StageEvent(step, _result_of(end)))
        return tuple(events)

    def _event(self, stage: Stage) -> StageEvent | None:
        day, said = of_stage(stage, StageField.ON), of_stage(stage, StageField.RESULT)
        if not (self._text(day) or self._text(said)):
            return None
        on, result = self._day(day), self._read(said, self._result)
        if on is None and result is None:
            return None
        return StageEvent(stage, result or StageResult.PENDING, on)

    def _rating(self, stage: Stage) -> Rating | None:
        meaning, name = of_stage(stage, StageField.RATING), of_stage(stage, StageField.INTERVIEWER)
        if not (self._text(meaning) or self._text(name)):
            return None
        usual = self._mapping.scales.get(meaning, self._mapping.grades)
        read = self._read(meaning, lambda text: read_grade(text, usual))
        interviewer = self._read(name, str)
        if read is None or interviewer is None:
            return None
        scale, grade = read
        return Rating(stage, scale_name(scale), grade, len(scale), interviewer)

    def _result(self, text: str) -> StageResult:
        result = self._mapping.results.get(word(text))
        if result is None:
            raise UnreadableError("bad-result")
        return result

    def _skills(self) -> tuple[set[str], set[str]]:
        known: set[str] = set()
        unknown: set[str] = set()
        for part in self._text(Field.SKILLS).replace(",", "、").replace("\n", "、").split("、"):
            if text := part.strip():
                code = self._vocabulary.find("skill", text)
                (known if code else unknown).add(code or text)
        return known, unknown

    def _word(self, field: Field, family: str) -> str | None:
        text = self._text(field)
        code = self._vocabulary.find(family, text) if text else None
        if text and code is None:
            self.warnings.append((field, "unknown-word"))
        return code

    def _day(self, meaning: Meaning) -> date | None:
        reading = self._read(meaning, read_date)
        if reading is None:
            return None
        if reading.era_overrun:
            self.warnings.append((meaning, "era-overrun"))
        return reading.day

    def _needed(self, field: Field) -> str:
        text = self._read(field, str)
        if text is None:
            if not self._text(field):
                self.problems.append((field, "missing"))
            return ""
        return text

    def _read(self, meaning: Meaning, read: Callable[[str], T]) -> T | None:
        text = self._text(meaning)
        if not text:
            return None
        if len(text) > (MAX_NOTES if meaning in REPEATABLE else MAX_TEXT):
            self.problems.append((meaning, "too-long"))
            return None
        try:
            return read(text)
        except UnreadableError as error:
            self.problems.append((meaning, error.code))
            return None

    def _text(self, meaning: Meaning) -> str:
        return self._cells.get(meaning, "")


def cells_of(cells: Sequence[str], places: Mapping[Meaning, Sequence[int]]) -> dict[Meaning, str]:
    """Return a row's cells by meaning; those of a field that repeats are joined by lines."""
    return {
        meaning: (cell := cells[columns[0]]) and unmarked(cell)
        if len(columns) == 1
        else "\n".join(text for place in columns if (text := unmarked(cells[place])))
        for meaning, columns in places.items()
    }


def _result_of(end: End) -> StageResult:
    """Return what an end says of the step in which the selection is."""
    if end.outcome is Outcome.HIRED:
        return StageResult.PASSED
    if end.ended_by is EndedBy.ORG:
        return StageResult.FAILED
    return StageResult.WITHDREW if end.ended_by is EndedBy.CANDIDATE else StageResult.PENDING


def ended_kind(events: Sequence[StageEvent]) -> CandidateEnd:
    """Return when a candidate left, by what became of the offer."""
    offers = [event.result for event in events if event.stage is Stage.OFFER]
    if StageResult.PASSED in offers:
        return CandidateEnd.AFTER_ACCEPTANCE
    if offers and StageResult.FAILED not in offers:
        return CandidateEnd.OFFER_DECLINED
    return CandidateEnd.BEFORE_OFFER
