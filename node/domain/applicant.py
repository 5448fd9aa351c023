"""The uniform record of one application, whatever system it came from (DOMAIN 4.1).

Identity, profile and selection are apart because they live and die apart: the
identity is sealed under the person's own key and leaves only after an acceptance.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from protocol.taxonomy import (
    STAGE_BAND_OF,
    CandidateEnd,
    EndedBy,
    Reason,
    Region,
    Route,
    Stage,
    StageBand,
    Years,
)


class Outcome(StrEnum):
    """How far the selection as a whole is."""

    RUNNING = "running"
    HIRED = "hired"
    ENDED = "ended"


class StageResult(StrEnum):
    """What a stage came to; at OFFER, PASSED is the candidate's acceptance."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"
    WITHDREW = "withdrew"


STAGE_ORDER = {stage: place for place, stage in enumerate(Stage)}


@dataclass(frozen=True, slots=True)
class Employer:
    """A present employer as the file names it; the number may be missing."""

    name: str | None = field(default=None, repr=False)
    corporate_number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the person is: nothing of this is in a token."""

    name: str = field(repr=False)
    kana: str | None = field(default=None, repr=False)
    born_on: date | None = field(default=None, repr=False)
    mails: tuple[str, ...] = field(default=(), repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)  # E.164
    postal: str | None = field(default=None, repr=False)  # seven digits
    prefecture: str | None = field(default=None, repr=False)  # JIS X 0401, two digits
    employer: Employer = field(default=Employer(), repr=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the person can do, in the codes of protocol.taxonomy; None is unknown."""

    region: Region | None = None
    occupation: str | None = None
    years: Years | None = None
    skills: tuple[str, ...] = ()  # sorted codes
    unknown_skills: tuple[str, ...] = field(default=(), repr=False)  # stay in this node


@dataclass(frozen=True, slots=True)
class StageEvent:
    """One stage that the application entered."""

    stage: Stage
    result: StageResult
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """One evaluation; the ordinal counts from 1 (worst) to *best* of its own scale."""

    stage: Stage
    scale: str
    ordinal: int
    best: int
    interviewer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Application:
    """One application for one job, with all that happened to it."""

    remote_id: str
    job: str
    applied_on: date
    occupation: str | None = None  # group code of the job
    route: Route = Route.OTHER
    medium: str | None = None
    outcome: Outcome = Outcome.RUNNING
    ended_by: EndedBy | None = None
    ended_kind: CandidateEnd | None = None
    reason: Reason | None = None  # where the company ended it
    ended_on: date | None = None
    original_status: str = field(default="", repr=False)
    may_mail: bool = True
    cost_yen: int | None = None
    events: tuple[StageEvent, ...] = ()
    ratings: tuple[Rating, ...] = ()

    @property
    def furthest(self) -> Stage:
        """Return the furthest stage entered, whatever came after it."""
        entered = [event.stage for event in self.events]
        return max(entered, key=STAGE_ORDER.__getitem__, default=Stage.ENTRY)

    @property
    def stage_band(self) -> StageBand:
        """Return the published band of the furthest stage."""
        return STAGE_BAND_OF[self.furthest]
