"""When letters go: in working hours, and not before somebody could still stop them."""

from datetime import date, datetime, time
from typing import Final, Literal

from node.domain import business_days
from node.i18n import TOKYO

Hold = Literal["next-business-day", "none"]

OPENS: Final = time(10, 0)  # in Japan
CLOSES: Final = time(18, 0)
# What is decided later is not in that day's digest, so it waits for the next one.
DIGEST: Final = time(17, 0)


def goes_at(now: datetime, hold: Hold) -> datetime:
    """Return when a letter that is let go *now* may leave."""
    if hold == "none":
        return now
    return _opening(business_days.after(_local(now).date(), 1))


def goes_by_itself_at(now: datetime, hold: Hold) -> datetime:
    """Return when a letter may leave that no hand let go: the digest before names it."""
    if hold == "none":
        return now
    day = _local(now).date()
    # On a day of rest nobody reads a digest: the one of the working day before is out.
    is_in_time = business_days.is_working(day) and _local(now).time() < DIGEST
    return _opening(business_days.after(day, 1 if is_in_time else 2))


def is_open(now: datetime, hold: Hold) -> bool:
    """Tell whether letters may leave at this hour: never by night or on a day of rest."""
    if hold == "none":
        return True
    local = _local(now)
    return business_days.is_working(local.date()) and OPENS <= local.time() < CLOSES


def is_time_for_digest(now: datetime) -> bool:
    """Tell whether the digest of the next working day is due."""
    local = _local(now)
    return business_days.is_working(local.date()) and local.time() >= DIGEST


def midnight(now: datetime) -> datetime:
    """Return when the day of *now* began in Japan."""
    return datetime.combine(_local(now).date(), time(), TOKYO)


def _opening(day: date) -> datetime:
    return datetime.combine(day, OPENS, TOKYO)


def _local(now: datetime) -> datetime:
    return now.astimezone(TOKYO)
