"""The form of an opening, read into what is stored and written back with its complaints."""

from collections.abc import Iterable
from typing import Final

from werkzeug.datastructures import MultiDict

from crypto.canonical_json import Json
from node.domain.errors import OpeningError
from node.domain.opening import MAX_PURPOSE, MAX_TITLE, OpeningDraft
from node.domain.requirement import Requirement
from node.domain.vocabulary import AREAS, Term, Vocabulary
from node.i18n import Bilingual, message
from node.web.console.openings import OPTIONAL, OpeningForm, SkillArea, WantedSkill
from node.web.ui.parts import Choice, Complaint
from node.web.ui.terms import CLAUSES
from protocol.day import start_of
from protocol.errors import MalformedError
from protocol.messages.match import MAX_RETENTION_DAYS
from protocol.terms import Employer, FixedOvertime, Terms

Form = MultiDict[str, str]

NO_TITLE: Final = Complaint(message("Write a title of at most 200 characters"), "title")
NO_PURPOSE: Final = Complaint(message("Write a purpose of at most 400 characters"), "purpose")
NO_RETENTION: Final = Complaint(message("Write 1 to 3650 days"), "retention")
NO_DISPATCH: Final = Complaint(message("Say whether it is agency work"), "dispatch")
NO_CLAUSE: Final = message("Write it in at most 2000 characters")
HALF_OVERTIME: Final = Complaint(
    message("Write both hours and yen of the fixed overtime pay, or neither"), "fixed_hours"
)
NO_CONFIRMED: Final = Complaint(message("Give the day on which you checked it"), "confirmed")
NO_CODE: Final = Complaint(message("Choose from the lists again"), "asked")

_TEXTS = ("title", "purpose", "retention", "stage_weight", "dispatch", "fixed_hours", "fixed_jpy")
_MAX_CLAUSE = 2000


class FormError(Exception):
    """The form cannot be taken; *complaints* say why."""

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        super().__init__("a form with complaints")
        self.complaints = complaints


def read_form(form: Form, employer: Employer) -> OpeningDraft:
    """Return the opening that a recruiter typed.

    Raises:
        FormError: something is missing or out of range.
    """
    complaints = tuple(_complaints(form))
    if complaints:
        raise FormError(complaints)
    try:
        return OpeningDraft(
            title=_text(form, "title"),
            requirement=_requirement(form),
            terms=Terms.from_json(_terms(form, employer)),
            purpose=_text(form, "purpose"),
            retention_days=_whole(form, "retention") or 0,
        )
    except (OpeningError, MalformedError) as error:
        raise FormError((NO_CODE,)) from error


def shown_form(
    vocabulary: Vocabulary,
    employer: Employer,
    form: Form | None = None,
    complaints: tuple[Complaint, ...] = (),
) -> OpeningForm:
    """Return the form, empty or as it was typed."""
    typed: Form = MultiDict() if form is None else form

    def choices(family: str, name: str) -> tuple[Choice, ...]:
        chosen = set(typed.getlist(name))
        return tuple(
            Choice(term.code, Bilingual(term.ja, term.en), term.code in chosen)
            for term in sorted(vocabulary.terms(family), key=_area)
        )

    return OpeningForm(
        employer=employer.name,
        occupations=choices("occupation", "occupation"),
        regions=choices("region", "region"),
        years=choices("years", "years"),
        languages=choices("language", "language"),
        availabilities=choices("availability", "availability"),
        stages=choices("stage_band", "stage"),
        areas=_skill_areas(vocabulary, typed),
        values={name: typed[name] for name in (*_TEXTS, *CLAUSES, "confirmed") if name in typed},
        complaints=complaints,
    )


def _area(term: Term) -> int:
    """Return the place of a term's heading; terms without one keep their order."""
    return 0 if term.area is None else AREAS.index(term.area)


def _skill_areas(vocabulary: Vocabulary, typed: Form) -> tuple[SkillArea, ...]:
    required = set(typed.getlist("required"))
    return tuple(
        SkillArea(
            area,
            vocabulary.word("area", area),
            tuple(
                WantedSkill(
                    term.code,
                    Bilingual(term.ja, term.en),
                    _whole(typed, f"weight-{term.code}") or 0,
                    term.code in required,
                )
                for term in vocabulary.terms("skill")
                if term.area == area
            ),
        )
        for area in AREAS
    )


def _complaints(form: Form) -> Iterable[Complaint]:
    if not 1 <= len(_text(form, "title")) <= MAX_TITLE:
        yield NO_TITLE
    if not 1 <= len(_text(form, "purpose")) <= MAX_PURPOSE:
        yield NO_PURPOSE
    if not 1 <= (_whole(form, "retention") or 0) <= MAX_RETENTION_DAYS:
        yield NO_RETENTION
    if form.get("dispatch") not in {"yes", "no"}:
        yield NO_DISPATCH
    for name, label in CLAUSES.items():
        length = len(_text(form, name))
        if length > _MAX_CLAUSE or (length == 0 and name not in OPTIONAL):
            yield Complaint(NO_CLAUSE, name, about=label)
    both = [_text(form, "fixed_hours"), _text(form, "fixed_jpy")]
    given = [_whole(form, "fixed_hours"), _whole(form, "fixed_jpy")]
    if any(both) and not all(given):
        yield HALF_OVERTIME
    if not _is_day(_text(form, "confirmed")):
        yield NO_CONFIRMED


def _requirement(form: Form) -> Requirement:
    """Return the filters and wishes; a required skill needs no weight."""
    required = form.getlist("required")
    weights = {
        name.removeprefix("weight-"): weight
        for name in form
        if name.startswith("weight-") and (weight := _whole(form, name))
    }
    wanted = {code: weight for code, weight in weights.items() if code not in required}
    stage = _text(form, "stage")
    return Requirement.from_json(
        {
            "occupations": [*form.getlist("occupation")],
            "regions": [*form.getlist("region")],
            "required_skills": [*required],
            "wanted_skills": {**wanted},
            **{
                name: text
                for name, text in (
                    ("least_years", _text(form, "years")),
                    ("least_language", _text(form, "language")),
                    ("latest_availability", _text(form, "availability")),
                )
                if text
            },
            **(
                {"wanted_stage": stage, "stage_weight": _whole(form, "stage_weight")}
                if stage
                else {}
            ),
        }
    )


def _terms(form: Form, employer: Employer) -> dict[str, Json]:
    """Return the working conditions as they are stored."""
    hours, jpy = _whole(form, "fixed_hours"), _whole(form, "fixed_jpy")
    fixed = FixedOvertime(hours=hours, jpy=jpy).to_json() if hours and jpy else None
    return {
        **{name: text for name in CLAUSES if (text := _text(form, name))},
        "title": _text(form, "title"),
        "employer": employer.to_json(),
        "dispatch": form.get("dispatch") == "yes",
        "confirmed": _text(form, "confirmed"),
        **({"fixed_overtime": fixed} if fixed else {}),
    }


def _text(form: Form, name: str) -> str:
    """Return what was typed; browsers end lines with CR LF."""
    return form.get(name, "").replace("\r\n", "\n").strip()


def _whole(form: Form, name: str) -> int | None:
    """Return a number typed in plain digits, None for all else."""
    text = _text(form, name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None  # noqa: PLR2004 - far above every limit


def _is_day(text: str) -> bool:
    try:
        start_of(text)
    except MalformedError:
        return False
    return True
