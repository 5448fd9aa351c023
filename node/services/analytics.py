"""What the company's own data teaches: the report of the console and the command line.

It names no candidate, and interviewers only by their random ids; whoever may see their
names opens them by :class:`node.services.interviewers.Interviewers`.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from node.clock import Clock
from node.domain.cost import CostReport, YenRange, cost_report
from node.domain.declines import Declines, declines, declines_by_segment
from node.domain.funnel import (
    EndRow,
    JobRate,
    StageRate,
    StageRow,
    job_rates,
    rejection_share,
    stage_rates,
)
from node.domain.intervals import Proportion
from node.domain.leniency import Leniency, leniencies
from node.storage import analytics
from node.storage.database import Database
from protocol.taxonomy import Stage


@dataclass(frozen=True, slots=True)
class JobShare:
    """The share of one job's applications that the company rejected."""

    job: str
    rejection: Proportion


@dataclass(frozen=True, slots=True)
class JobsAtStage:
    """Every job that reached a stage, with its rate there."""

    stage: Stage
    rates: tuple[JobRate, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All the numbers; their definitions stand in node.domain beside the computation."""

    made_at: datetime
    rejection: Proportion
    rejection_by_job: tuple[JobShare, ...]
    stages: tuple[StageRate, ...]
    jobs: tuple[JobsAtStage, ...]
    declines: Declines
    declines_by_job: tuple[Declines, ...]
    declines_by_route: tuple[Declines, ...]  # segments are codes of protocol.taxonomy.Route
    interviewers: tuple[Leniency, ...]
    cost: CostReport


@dataclass(frozen=True, slots=True)
class Analytics:
    """Computes the report; *assumed* is the cost per hire where no cost was entered."""

    db: Database
    clock: Clock
    assumed: YenRange

    def report(self) -> Report:
        """Return the report over all applications and introductions, as they are now."""
        with self.db.read() as tx:
            stage_rows = analytics.stage_rows(tx)
            end_rows = analytics.end_rows(tx)
            by_job = analytics.declines_by_job(tx)
            by_route = analytics.declines_by_route(tx)
            rating_rows = analytics.rating_rows(tx)
            hire_rows = analytics.hire_rows(tx)
            relay_hires = analytics.relay_hires(tx)
        stages = stage_rates(stage_rows)
        return Report(
            made_at=self.clock.now(),
            rejection=rejection_share(end_rows),
            rejection_by_job=_rejections(end_rows),
            stages=stages,
            jobs=tuple(_jobs(stage_rows, rate.stage) for rate in stages),
            declines=declines(by_job),
            declines_by_job=declines_by_segment(by_job),
            declines_by_route=declines_by_segment(by_route),
            interviewers=leniencies(rating_rows),
            cost=cost_report(hire_rows, relay_hires, self.assumed),
        )


def _jobs(rows: list[StageRow], stage: Stage) -> JobsAtStage:
    return JobsAtStage(stage, job_rates(rows, stage))


def _rejections(rows: list[EndRow]) -> tuple[JobShare, ...]:
    jobs: dict[str, list[EndRow]] = defaultdict(list)
    for row in rows:
        jobs[row.job].append(row)
    return tuple(JobShare(job, rejection_share(own)) for job, own in sorted(jobs.items()))
