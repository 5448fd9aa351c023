from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain import business_days
from node.domain.hold import (
    Hold,
    goes_at,
    goes_by_itself_at,
    is_open,
    is_time_for_digest,
    midnight,
)
from node.i18n import TOKYO

WAIT: Hold = "next-business-day"


def japan(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "at"),
    [
        ("2026-11-24 09:00", "2026-11-25 10:00"),
        ("2026-11-24 23:59", "2026-11-25 10:00"),
        ("2026-11-25 00:00", "2026-11-26 10:00"),
        ("2026-11-20 12:00", "2026-11-24 10:00"),  # over a week-end and 勤労感謝の日
        ("2026-04-30 12:00", "2026-05-01 10:00"),
        ("2026-05-01 12:00", "2026-05-07 10:00"),  # 憲法記念日, みどりの日, こどもの日, 振替休日
        ("2026-12-30 12:00", "2027-01-04 10:00"),
        ("2026-09-18 12:00", "2026-09-24 10:00"),  # 国民の休日 between two holidays
    ],
)
def test_a_letter_waits_for_ten_on_the_next_working_day(now: str, at: str) -> None:
    assert goes_at(japan(now), WAIT) == japan(at)
    assert goes_at(japan(now), "none") == japan(now)


@pytest.mark.parametrize(
    ("now", "at"),
    [
        ("2026-11-24 16:59", "2026-11-25 10:00"),
        ("2026-11-24 17:00", "2026-11-26 10:00"),  # that day's digest has been written
        ("2026-11-21 12:00", "2026-11-25 10:00"),  # the digest of the 24th was on the 20th
    ],
)
def test_what_goes_without_a_hand_is_in_a_digest_before(now: str, at: str) -> None:
    assert goes_by_itself_at(japan(now), WAIT) == japan(at)
    assert goes_by_itself_at(japan(now), "none") == japan(now)


@pytest.mark.parametrize(
    ("now", "is_now"),
    [
        ("2026-11-24 09:59", False),
        ("2026-11-24 10:00", True),
        ("2026-11-24 17:59", True),
        ("2026-11-24 18:00", False),
        ("2026-11-23 12:00", False),
        ("2026-11-22 12:00", False),
        ("2026-12-31 12:00", False),
    ],
)
def test_letters_leave_neither_by_night_nor_on_days_of_rest(now: str, *, is_now: bool) -> None:
    assert is_open(japan(now), WAIT) is is_now
    assert is_open(japan(now), "none")


@given(st.datetimes(datetime(2026, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001 - made aware below
def test_what_waits_may_leave_when_its_time_comes(drawn: datetime) -> None:
    now = drawn.replace(tzinfo=UTC)
    for at in (goes_at(now, WAIT), goes_by_itself_at(now, WAIT)):
        assert is_open(at, WAIT)
        assert at - now >= timedelta(hours=10)
    digest_day = goes_by_itself_at(now, WAIT).astimezone(TOKYO).date()
    evening = datetime.combine(digest_day, datetime.min.time(), TOKYO) - timedelta(hours=7)
    while not business_days.is_working(evening.date()):
        evening -= timedelta(days=1)
    assert is_time_for_digest(evening)
    assert evening > now


def test_the_digest_is_written_on_working_days_after_five() -> None:
    assert not is_time_for_digest(japan("2026-11-24 16:59"))
    assert is_time_for_digest(japan("2026-11-24 17:00"))
    assert not is_time_for_digest(japan("2026-11-23 17:00"))


def test_a_day_begins_at_midnight_in_japan() -> None:
    assert midnight(japan("2026-11-24 08:00")) == japan("2026-11-24 00:00")
