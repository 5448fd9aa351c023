from datetime import date

import pytest

from node.domain import business_days

FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


@pytest.mark.parametrize("start", [FRIDAY, SATURDAY])
def test_weekend_is_skipped(start: date) -> None:
    assert business_days.after(start, 1) == MONDAY


def test_week_has_five_working_days() -> None:
    assert business_days.after(FRIDAY, 5) == date(2026, 11, 27)


def test_no_days_is_the_day_itself() -> None:
    assert business_days.after(SATURDAY, 0) == SATURDAY
