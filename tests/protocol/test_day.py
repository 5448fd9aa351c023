import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.day import add_days, day_of, start_of
from protocol.errors import MalformedError

LAST_SECOND = 253_402_300_799  # 9999-12-31 23:59:59


def test_day_begins_at_midnight_utc() -> None:
    assert start_of("1970-01-02") == 86_400
    assert day_of(86_399) == "1970-01-01"
    assert day_of(86_400) == "1970-01-02"


@given(st.integers(0, LAST_SECOND))
def test_second_lies_in_its_day(seconds: int) -> None:
    start = start_of(day_of(seconds))
    assert start <= seconds < start + 86_400


@pytest.mark.parametrize("seconds", [LAST_SECOND + 1, 2**53 - 1, 2**80])
def test_time_after_the_calendar_is_refused(seconds: int) -> None:
    with pytest.raises(MalformedError):
        day_of(seconds)


def test_days_are_added_over_the_end_of_february() -> None:
    assert add_days("2028-02-28", 2) == "2028-03-01"
    assert add_days("2026-03-01", -1) == "2026-02-28"


@pytest.mark.parametrize(
    "day", ["2026-02-29", "20260401", "2026-W01-1", "2026-4-1", "", "0000-01-01"]
)
def test_what_is_no_day_is_refused(day: str) -> None:
    with pytest.raises(MalformedError):
        start_of(day)
    with pytest.raises(MalformedError):
        add_days(day, 1)


def test_day_after_the_last_is_refused() -> None:
    with pytest.raises(MalformedError):
        add_days("9999-12-31", 1)
