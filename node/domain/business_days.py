"""Working days as a recruiter in Japan counts them.

Neither Saturdays and Sundays nor public holidays (国民の祝日に関する法律), nor the
days on which banks rest at the turn of the year (銀行法施行令 5条).
"""

from datetime import date, timedelta
from functools import cache
from typing import Final

from holidays import country_holidays
from holidays.constants import BANK, PUBLIC
from holidays.holiday_base import HolidayBase

_SATURDAY: Final = 5


def is_working(day: date) -> bool:
    """Tell whether a recruiter works on *day*."""
    return day.weekday() < _SATURDAY and day not in _rest_days()


def after(day: date, days: int) -> date:
    """Return the working day that lies *days* working days after *day*."""
    while days > 0:
        day += timedelta(days=1)
        if is_working(day):
            days -= 1
    return day


@cache
def _rest_days() -> HolidayBase:
    return country_holidays("JP", categories=(PUBLIC, BANK))
