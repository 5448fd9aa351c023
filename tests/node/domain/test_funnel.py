from itertools import count

import pytest

from node.domain.applicant import Outcome, StageResult
from node.domain.funnel import EndRow, StageRow, job_rates, rejection_share, stage_rates
from protocol.taxonomy import EndedBy, Stage

_NUMBER = count()
PASSED, FAILED = StageResult.PASSED, StageResult.FAILED


def rows(job: str, passed: int, failed: int) -> list[StageRow]:
    return [
        StageRow(f"A-{next(_NUMBER)}", job, Stage.SCREENING, result)
        for result in [PASSED] * passed + [FAILED] * failed
    ]


def test_a2_rejection_share_of_300_applications() -> None:
    ends = [EndRow(f"A-{n}", "X", Outcome.ENDED, EndedBy.ORG) for n in range(285)]
    ends += [EndRow(f"B-{n}", "X", Outcome.HIRED, None) for n in range(15)]
    share = rejection_share(ends)
    assert share.share == pytest.approx(0.95)
    assert share.interval == pytest.approx((0.919, 0.969), abs=0.0006)


def test_a5_a_low_job_is_flagged_and_a_small_one_says_too_few() -> None:
    found = job_rates(
        [*rows("X", 3, 57), *rows("rest", 40, 160), *rows("Y", 0, 3)], Stage.SCREENING
    )
    by_job = {rate.job: rate for rate in found}
    assert [rate.job for rate in found] == ["X", "Y", "rest"]
    assert by_job["X"].is_low
    assert by_job["X"].rate.passed.share == pytest.approx(0.05)
    assert not by_job["rest"].is_low
    assert not by_job["Y"].is_low
    assert not by_job["Y"].rate.passed.is_enough  # 件数不足, not 0 %


def test_a5_one_job_alone_is_compared_with_nothing() -> None:
    (rate,) = job_rates(rows("X", 3, 57), Stage.SCREENING)
    assert not rate.is_low


def test_running_and_withdrawn_are_in_neither_side_of_the_pass_rate() -> None:
    results = [PASSED, PASSED, FAILED, StageResult.PENDING, StageResult.WITHDREW]
    (rate,) = stage_rates(
        StageRow(f"A-{number}", "X", Stage.FINAL, result) for number, result in enumerate(results)
    )
    assert (rate.passed.count, rate.passed.total) == (2, 3)
    assert (rate.rejected, rate.withdrew) == (1, 1)


def test_stages_that_go_backwards_count_the_furthest_once() -> None:
    journey = [
        (Stage.SCREENING, StageResult.PENDING),
        (Stage.INTERVIEW_1, PASSED),
        (Stage.FINAL, FAILED),
        (Stage.INTERVIEW_1, FAILED),
    ]
    rates = stage_rates(StageRow("A-1", "X", stage, result) for stage, result in journey)
    assert [(rate.stage, rate.advanced, rate.rejected) for rate in rates] == [
        (Stage.SCREENING, 1, 0),
        (Stage.INTERVIEW_1, 1, 0),
        (Stage.FINAL, 0, 1),
    ]


def test_a_job_that_nobody_entered_at_that_stage_is_not_listed() -> None:
    assert job_rates(rows("X", 1, 1), Stage.FINAL) == ()
    assert stage_rates([]) == ()
