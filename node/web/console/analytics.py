"""What the own selections teach: rates with their counts, intervals and definitions."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from node.web.ui.parts import Rate, Said


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its printed denominator; *rate* is None where the cases are too few."""

    name: Said
    of_what: Said
    count: int
    total: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Interviewer:
    """How much milder (+) or stricter (-) than colleagues, in grades; None: too few."""

    name: str
    scale: str
    shared: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Yen:
    """From *least* to *most* yen, the same where it is one value."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost per hire without and with the relay; *change* is -0.25 for a quarter less."""

    direct_hires: int
    relay_hires: int
    is_assumed: bool
    before: Yen | None
    with_relay: Yen | None
    change: float | None


@dataclass(frozen=True, slots=True)
class AnalyticsPage:
    """What analytics.html shows; the definitions stand beside their numbers."""

    TEMPLATE: ClassVar[str] = "analytics.html"

    day: date
    stages: tuple[Rate, ...]
    job_stage: Said
    jobs: tuple[Rate, ...]
    rejected: Share
    declines: tuple[Share, ...]
    interviewers: tuple[Interviewer, ...]
    cost: Cost
    rate_definition: Said
    rejection_definition: Said
    leniency_definition: Said
    cost_definition: Said

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to count yet."""
        return self.rejected.total == 0
