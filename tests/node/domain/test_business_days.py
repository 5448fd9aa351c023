from datetime import date

import pytest

from node.domain import business_days

FRIDAY, SATURDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 24)


@pytest.mark.parametrize("start", [FRIDAY, SATURDAY])
def test_weekend_and_holiday_are_skipped(start: date) -> None:
    assert business_days.after(start, 1) == TUESDAY


def test_week_with_a_holiday_has_four_working_days() -> None:
    assert business_days.after(FRIDAY, 4) == date(2026, 11, 27)


def test_no_days_is_the_day_itself() -> None:
    assert business_days.after(SATURDAY, 0) == SATURDAY


@pytest.mark.parametrize("day", ["2026-05-06", "2026-09-22", "2026-12-31", "2027-01-03"])
def test_substitutes_bridges_and_the_turn_of_the_year_are_days_of_rest(day: str) -> None:
    assert not business_days.is_working(date.fromisoformat(day))
