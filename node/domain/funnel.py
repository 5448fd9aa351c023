"""Pass rates per job and stage, and the share that the company rejected (DOMAIN 7).

Pass rate of a stage = advanced ÷ (advanced + rejected there by the company); those
still in it and those who withdrew count in neither.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from node.domain.applicant import STAGE_ORDER, Outcome, StageResult
from node.domain.intervals import Proportion, discoveries, fisher_lower
from node.i18n import Bilingual
from protocol.taxonomy import EndedBy, Stage

RATE_DEFINITION: Final = Bilingual(
    ja="通過率＝進んだ人÷（進んだ人＋当社が見送った人）。選考中と辞退の人は入れません。",
    en="Pass rate = advanced ÷ (advanced + rejected by us). Neither running nor withdrawn count.",
)
LOW_DEFINITION: Final = Bilingual(
    ja="「有意に低い」は、求人の数だけ比べたことを補正しています"
    "（フィッシャーの正確検定、ベンジャミニ・ホッホベルグ法、5%）。",
    en="Significantly low: Fisher's exact test against all other jobs, corrected for their"
    " number (Benjamini and Hochberg, 5 %).",
)
REJECTION_DEFINITION: Final = Bilingual(
    ja="不採用の割合＝当社が見送った応募÷すべての応募。",
    en="Rejection share = applications rejected by us ÷ all applications.",
)


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage event of one application."""

    application: str
    job: str
    stage: Stage
    result: StageResult


@dataclass(frozen=True, slots=True)
class EndRow:
    """How one application stands as a whole."""

    application: str
    job: str
    outcome: Outcome
    ended_by: EndedBy | None


@dataclass(frozen=True, slots=True)
class StageRate:
    """One stage, of one job or of all; the counts are applications."""

    stage: Stage
    entered: int
    advanced: int
    rejected: int
    withdrew: int

    @property
    def passed(self) -> Proportion:
        """Return the pass rate."""
        return Proportion(self.advanced, self.advanced + self.rejected)


@dataclass(frozen=True, slots=True)
class JobRate:
    """The rate of one job at one stage, and whether it is significantly low."""

    job: str
    rate: StageRate
    is_low: bool


def stage_rates(rows: Iterable[StageRow]) -> tuple[StageRate, ...]:
    """Return the stages that anybody entered, in their order, over all jobs of *rows*."""
    journeys: dict[str, dict[Stage, StageResult]] = defaultdict(dict)
    for row in rows:
        # A stage can be entered again: once passed stays passed.
        known = journeys[row.application].get(row.stage)
        if known is not StageResult.PASSED:
            journeys[row.application][row.stage] = row.result
    counts: dict[Stage, list[StageResult]] = defaultdict(list)
    for journey in journeys.values():
        furthest = max(STAGE_ORDER[stage] for stage in journey)
        for stage, result in journey.items():
            went_on = STAGE_ORDER[stage] < furthest
            counts[stage].append(StageResult.PASSED if went_on else result)
    return tuple(
        StageRate(
            stage,
            entered=len(counts[stage]),
            advanced=counts[stage].count(StageResult.PASSED),
            rejected=counts[stage].count(StageResult.FAILED),
            withdrew=counts[stage].count(StageResult.WITHDREW),
        )
        for stage in Stage
        if stage in counts
    )


def job_rates(rows: Iterable[StageRow], stage: Stage) -> tuple[JobRate, ...]:
    """Return each job's rate at *stage*, by name.

    A job is low if it has enough rows and Fisher's one-sided test against all other
    jobs stands after Benjamini and Hochberg.
    """
    by_job: dict[str, list[StageRow]] = defaultdict(list)
    for row in rows:
        by_job[row.job].append(row)
    rates = {
        job: rate
        for job, own in sorted(by_job.items())
        for rate in stage_rates(own)
        if rate.stage is stage
    }
    advanced = sum(rate.advanced for rate in rates.values())
    decided = sum(rate.passed.total for rate in rates.values())
    chances = {
        job: fisher_lower(
            rate.passed,
            Proportion(advanced - rate.advanced, decided - rate.passed.total),
        )
        for job, rate in rates.items()
        if rate.passed.is_enough and decided > rate.passed.total
    }
    low = discoveries(chances)
    return tuple(JobRate(job, rate, job in low) for job, rate in rates.items())


def rejection_share(rows: Iterable[EndRow]) -> Proportion:
    """Return the share of applications that the company rejected."""
    ends = list(rows)
    return Proportion(sum(row.ended_by is EndedBy.ORG for row in ends), len(ends))
