"""What the own selections teach: rates with their counts, intervals and definitions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from flask import Blueprint

from node.domain import cost, declines, funnel, intervals, leniency
from node.domain.cost import CostReport, YenRange
from node.domain.declines import MEASURES
from node.domain.intervals import Proportion
from node.domain.leniency import Leniency
from node.domain.operator import Role
from node.domain.vocabulary import Vocabulary
from node.i18n import Bilingual, local_day
from node.services.analytics import Analytics, Report
from node.services.interviewers import Interviewers
from node.web.console.authorisation import current_operator
from node.web.ui.page import show_page
from node.web.ui.parts import Rate, Said
from protocol.taxonomy import CandidateEnd

_ALL = Bilingual("すべて", "All")
_APPLICATIONS = Bilingual("応募", "applications")


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
class Measure:
    """One kind of decline, over all and by segment."""

    name: Said
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class StageJobs:
    """Every job that reached a stage."""

    stage: Said
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Interviewer:
    """How much milder (+) or stricter (-) than colleagues, in grades; None: too few."""

    name: str = field(repr=False)
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
    avoided: Yen | None
    change: float | None


@dataclass(frozen=True, slots=True)
class Definitions:
    """How each number is counted; they stand beside it."""

    rate: Said = funnel.RATE_DEFINITION
    low: Said = funnel.LOW_DEFINITION
    rejection: Said = funnel.REJECTION_DEFINITION
    declines: Said = declines.DEFINITION
    leniency: Said = leniency.DEFINITION
    cost: Said = cost.DEFINITION
    intervals: Said = intervals.DEFINITION


@dataclass(frozen=True, slots=True)
class AnalyticsPage:
    """What analytics.html shows; interviewers have names for an administrator alone."""

    TEMPLATE: ClassVar[str] = "analytics.html"

    day: date
    stages: tuple[Rate, ...]
    jobs: tuple[StageJobs, ...]
    rejected: tuple[Share, ...]
    declines: tuple[Measure, ...]
    interviewers: tuple[Interviewer, ...]
    cost: Cost
    definitions: Definitions = Definitions()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to count yet."""
        return not any(share.total for share in self.rejected)


def pages(analytics: Analytics, interviewers: Interviewers, vocabulary: Vocabulary) -> Blueprint:
    """Return the page of the analytics."""
    blueprint = Blueprint("analytics", __name__)

    @blueprint.get("/analytics")
    def show() -> str:
        may_read_names = current_operator().role == Role.ADMINISTRATOR
        names = interviewers.names() if may_read_names else {}
        return show_page(_page(analytics.report(), vocabulary, names))

    return blueprint


def _page(report: Report, vocabulary: Vocabulary, names: Mapping[str, str]) -> AnalyticsPage:
    return AnalyticsPage(
        day=local_day(report.made_at),
        stages=tuple(_rate(vocabulary.word("stage", rate.stage), rate) for rate in report.stages),
        jobs=tuple(
            StageJobs(
                vocabulary.word("stage", jobs.stage),
                tuple(_rate(one.job, one.rate, is_low=one.is_low) for one in jobs.rates),
            )
            for jobs in report.jobs
        ),
        rejected=(
            _share(_ALL, _APPLICATIONS, report.rejection),
            *(_share(one.job, _APPLICATIONS, one.rejection) for one in report.rejection_by_job),
        ),
        declines=tuple(_measure(kind, report, vocabulary) for kind in CandidateEnd),
        interviewers=tuple(_interviewer(found, names) for found in report.interviewers),
        cost=_cost(report.cost),
    )


def _rate(name: Said, rate: funnel.StageRate, *, is_low: bool = False) -> Rate:
    shown = _shown(rate.passed)
    return Rate(name, rate.advanced, rate.passed.total, rate.withdrew, *shown, is_low=is_low)


def _measure(kind: CandidateEnd, report: Report, vocabulary: Vocabulary) -> Measure:
    of_what = MEASURES[kind].denominator
    segments: list[tuple[Said, declines.Declines]] = [(_ALL, report.declines)]
    segments += [(found.segment, found) for found in report.declines_by_job]
    segments += [
        (vocabulary.word("route", found.segment), found) for found in report.declines_by_route
    ]
    shares = tuple(_share(name, of_what, found.rates[kind]) for name, found in segments)
    return Measure(MEASURES[kind].name, shares)


def _share(name: Said, of_what: Said, found: Proportion) -> Share:
    return Share(name, of_what, found.count, found.total, *_shown(found))


def _shown(found: Proportion) -> tuple[float | None, float | None, float | None]:
    """Return share and interval, or nothing where the cases are too few."""
    interval = found.interval
    if interval is None or not found.is_enough:
        return None, None, None
    return found.share, *interval


def _interviewer(found: Leniency, names: Mapping[str, str]) -> Interviewer:
    name = names.get(found.interviewer, found.pseudonym)
    if not found.is_enough:
        return Interviewer(name, found.scale, found.shared)
    return Interviewer(name, found.scale, found.shared, found.difference, *found.interval)


def _cost(found: CostReport) -> Cost:
    return Cost(
        direct_hires=found.direct_hires,
        relay_hires=found.relay_hires,
        is_assumed=found.is_assumed,
        before=_yen(found.before),
        with_relay=_yen(found.with_relay),
        avoided=_yen(found.avoided),
        change=None if found.change is None else float(found.change),
    )


def _yen(found: YenRange | None) -> Yen | None:
    return None if found is None else Yen(round(found.least), round(found.most))
