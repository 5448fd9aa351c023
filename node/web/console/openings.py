"""The company's openings: what they ask for, their terms, and the people who fit.

The terms are all that the law wants shown at first contact (職業安定法 5条の3), so the
form asks for each of them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from node.i18n import Bilingual, message
from node.web.ui.parts import Choice, Complaint, Mark, Pair, Said
from node.web.ui.terms import CLAUSES

# What helps to fill in a clause; the same for everybody who reads it.
HINTS = {
    "duties": message("What the person does from the first day."),
    "duties_scope": message("What else the person may be asked to do later."),
    "contract": message("Open-ended, or from when to when."),
    "renewal": message("For a contract with an end: how renewal is decided, and its limit."),
    "probation": message("How long, and whether pay or work differ."),
    "place": message("Where the person works from the first day."),
    "place_scope": message("Where else the person may be sent later."),
    "hours": message("Start and end."),
    "overtime": message("How much, on average."),
    "breaks": message("How long."),
    "holidays": message("Which days, and how many a year."),
    "wage": message("Amount, allowances, bonus."),
    "insurance": message("Health, pension, employment, accident."),
    "smoking": message("What protects from passive smoking."),
}
OPTIONAL = frozenset({"renewal"})


@dataclass(frozen=True, slots=True)
class PastApplicant:
    """One past applicant who fits; *refusal* says why no invitation may go now."""

    id: str
    name: str = field(repr=False)
    job: str
    applied: date
    furthest: Bilingual
    is_welcome: bool
    marks: tuple[Mark, ...]
    refusal: str | None


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """One opening in the list."""

    id: str
    title: str
    created: datetime
    fitting: int
    waiting: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class OpeningsPage:
    """What openings.html shows."""

    TEMPLATE: ClassVar[str] = "openings.html"

    openings: tuple[OpeningLine, ...]


@dataclass(frozen=True, slots=True)
class WantedSkill:
    """A skill with the weight that was chosen, 0 for none."""

    value: str
    text: Said
    weight: int = 0
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class SkillArea:
    """The skills under one heading."""

    value: str
    text: Said
    skills: tuple[WantedSkill, ...]

    @property
    def chosen(self) -> int:
        """How many of the skills are required or have a weight."""
        return sum(skill.is_required or skill.weight > 0 for skill in self.skills)


@dataclass(frozen=True, slots=True)
class OpeningForm:
    """What opening_form.html shows; *values* are the texts by the names of their fields."""

    TEMPLATE: ClassVar[str] = "opening_form.html"

    employer: str
    occupations: tuple[Choice, ...]
    regions: tuple[Choice, ...]
    years: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    availabilities: tuple[Choice, ...]
    stages: tuple[Choice, ...]
    areas: tuple[SkillArea, ...]
    values: dict[str, str] = field(default_factory=dict)
    complaints: tuple[Complaint, ...] = ()
    clauses: ClassVar[dict[str, str]] = CLAUSES
    hints: ClassVar[dict[str, str]] = HINTS
    optional: ClassVar[frozenset[str]] = OPTIONAL


@dataclass(frozen=True, slots=True)
class MatchCard:
    """One fitting token; *score* is the sum of the weights that it meets."""

    origin: str  # member id; a token's id is its own log's
    token: str
    company: Said
    stage: Said | None
    arrived: date
    until: date
    score: int
    most: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class OpeningPage:
    """What opening.html shows; *chosen* is the card that is open beside the list."""

    TEMPLATE: ClassVar[str] = "opening.html"

    id: str
    title: str
    is_open: bool
    asked: tuple[Pair, ...]
    terms: tuple[Pair, ...]
    purpose: str
    retention_days: int
    cards: tuple[MatchCard, ...]
    chosen: MatchCard | None
    compared: int
    rule: int
    credits_left: int
    open_holds: int
    answer_by: datetime
    past: tuple[PastApplicant, ...]  # own past applicants who fit, the first of them
    past_in_all: int
    refusal: str | None = None
