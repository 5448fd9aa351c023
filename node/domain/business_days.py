"""Working days as a recruiter counts them: Monday to Friday.

Public holidays are not known here, so a day found by this may be earlier than one
that skips them, never later.
"""

from datetime import date, timedelta
from typing import Final

_SATURDAY: Final = 5


def after(day: date, days: int) -> date:
    """Return the working day that lies *days* working days after *day*."""
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY:
            days -= 1
    return day
