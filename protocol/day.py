"""UTC days as the wire spells them, `YYYY-MM-DD` (PROTOCOL 0), and the seconds they span."""

from datetime import UTC, date, datetime, timedelta

from protocol.errors import MalformedError


def day_of(seconds: int) -> str:
    """Return the UTC day of *seconds* since 1970.

    Raises:
        MalformedError: after the year 9999.
    """
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedError("no such day") from error


def start_of(day: str) -> int:
    """Return the Unix seconds of 00:00 UTC of *day*.

    Raises:
        MalformedError: not in the calendar.
    """
    return int(datetime.combine(_parse(day), datetime.min.time(), UTC).timestamp())


def add_days(day: str, days: int) -> str:
    """Return the day that lies *days* after *day*.

    Raises:
        MalformedError: *day* is not in the calendar, or the result is not.
    """
    try:
        return (_parse(day) + timedelta(days)).isoformat()
    except OverflowError as error:
        raise MalformedError("no such day") from error


def _parse(day: str) -> date:
    try:
        parsed = date.fromisoformat(day)
    except ValueError as error:
        raise MalformedError("not a day") from error
    # The standard parser takes `20260401` and week dates too.
    if parsed.isoformat() != day:
        raise MalformedError("not a day")
    return parsed
