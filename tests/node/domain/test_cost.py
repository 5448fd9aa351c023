from fractions import Fraction
from math import floor

import pytest

from node.domain.cost import HireRow, YenRange, cost_report
from node.domain.intervals import Proportion

ASSUMED = YenRange(Fraction(400_000), Fraction(600_000))


def applications(hired: int, rejected: int, cost_yen: int | None) -> list[HireRow]:
    return [HireRow(number < hired, cost_yen) for number in range(hired + rejected)]


def test_a1_without_any_cost_the_assumed_range_is_printed() -> None:
    report = cost_report(applications(15, 285, None), 0, ASSUMED)
    assert report.is_assumed
    assert report.before == report.with_relay == ASSUMED


def test_a1_with_costs_the_computed_number_and_no_range() -> None:
    report = cost_report(applications(15, 285, 25_000), 0, ASSUMED)
    assert not report.is_assumed
    assert report.before == YenRange(Fraction(500_000), Fraction(500_000))


@pytest.mark.parametrize(("each", "less"), [(400_000, 300_000), (600_000, 450_000)])
def test_a19_five_free_hires_make_a_hire_exactly_a_quarter_cheaper(each: int, less: int) -> None:
    report = cost_report([HireRow(was_hired=True, cost_yen=each)] * 15, 5, ASSUMED)
    assert report.hires == 20
    assert report.before == YenRange(Fraction(each), Fraction(each))
    assert report.with_relay == YenRange(Fraction(less), Fraction(less))
    assert report.change == Fraction(-1, 4)


def test_a19_avoided_spend_of_the_assumed_range() -> None:
    report = cost_report(applications(15, 285, None), 5, ASSUMED)
    assert report.with_relay == YenRange(Fraction(300_000), Fraction(450_000))
    assert report.avoided == YenRange(Fraction(2_000_000), Fraction(3_000_000))
    assert report.change == Fraction(-1, 4)


def test_a19_the_demo_s_costs() -> None:
    report = cost_report(applications(15, 285, 25_000), 5, ASSUMED)
    assert report.with_relay == YenRange(Fraction(375_000), Fraction(375_000))
    assert report.avoided == YenRange(Fraction(2_500_000), Fraction(2_500_000))


def test_a19_fifty_referrals_of_285() -> None:
    referrals = Proportion(50, 285)
    assert referrals.share == pytest.approx(0.175, abs=0.0005)
    assert referrals.interval == pytest.approx((0.136, 0.224), abs=0.0006)
    assert floor(Fraction(285, 10)) == 28


@pytest.mark.parametrize("cost_yen", [None, 25_000])
def test_without_a_direct_hire_there_is_nothing_to_compare(cost_yen: int | None) -> None:
    report = cost_report(applications(0, 10, cost_yen), 2, ASSUMED)
    assert (report.before, report.with_relay, report.change, report.avoided) == (None,) * 4
    assert (report.hires, report.is_assumed) == (2, cost_yen is None)


def test_a_cost_without_an_entry_is_not_zero_but_absent() -> None:
    report = cost_report([*applications(1, 0, None), *applications(0, 1, 300_000)], 0, ASSUMED)
    assert report.before == YenRange(Fraction(300_000), Fraction(300_000))
