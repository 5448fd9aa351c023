"""The only reader of the time."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where the present comes from."""

    def now(self) -> datetime:
        """Return the present, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class StandingClock:
    """A clock that moves only when it is told to, for tests and simulations."""

    at: datetime = field(default=datetime(2026, 11, 24, 1, 0, tzinfo=UTC))

    def now(self) -> datetime:
        """Return the present, aware, in UTC."""
        return self.at

    def advance(self, by: timedelta) -> None:
        """Move the present forward."""
        self.at += by


def seconds(moment: datetime) -> int:
    """Return *moment* as Unix seconds, the wire's form of a time."""
    return int(moment.timestamp())


def day_of(moment: datetime) -> str:
    """Return the UTC date of *moment*, the wire's form of a day."""
    return moment.astimezone(UTC).date().isoformat()
