"""How fast letters go: so many a minute, fewer where the server asks for it, at times none."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from node.clock import Clock

_BURST: Final = timedelta(seconds=10)  # what may go at once after a pause
_CALM: Final = timedelta(minutes=10)  # without a complaint, then twice as fast again
_MINUTE: Final = timedelta(minutes=1)
# Servers lock out who tries a wrong login often.
_NEXT_LOGIN: Final = timedelta(minutes=10)


@dataclass(slots=True)
class _Meter:
    """What may go now, at which pace, since when it is counted, and when it may rise.

    Nothing goes before *rests*: the server did not know our login.
    """

    left: float
    pace: float  # a minute
    counted: datetime
    rises: datetime | None = None
    rests: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of one way out; *a_minute* is the most, and one a minute the least."""

    clock: Clock
    a_minute: int
    _meters: list[_Meter] = field(default_factory=list, repr=False)

    def allowed(self) -> int:
        """Return how many letters may go now."""
        meter = self._now()
        is_resting = meter.rests is not None and self.clock.now() < meter.rests
        return 0 if is_resting else int(meter.left)

    @property
    def is_login_refused(self) -> bool:
        """Whether the server did not know our login when it was tried last."""
        return self._now().rests is not None

    def rest(self) -> None:
        """Try no login for ten minutes."""
        self._now().rests = self.clock.now() + _NEXT_LOGIN

    def go_on(self) -> None:
        """Count the login as good again."""
        self._now().rests = None

    def spend(self) -> None:
        """Count a letter that was tried."""
        self._now().left -= 1

    def slow_down(self) -> None:
        """Go half as fast for the next ten minutes."""
        meter = self._now()
        meter.pace = max(meter.pace / 2, 1.0)
        meter.left = min(meter.left, 0.0)
        meter.rises = self.clock.now() + _CALM

    def _now(self) -> _Meter:
        now = self.clock.now()
        if not self._meters:
            self._meters.append(_Meter(_most(self.a_minute), self.a_minute, now))
        meter = self._meters[0]
        gone = max(now - meter.counted, timedelta(0))
        meter.left = min(meter.left + meter.pace * (gone / _MINUTE), _most(meter.pace))
        meter.counted = now
        if meter.rises is not None and now >= meter.rises:
            meter.pace = min(meter.pace * 2, self.a_minute)
            meter.rises = now + _CALM if meter.pace < self.a_minute else None
        return meter


def _most(pace: float) -> float:
    # One above what a pause gives, so that no part of a letter is lost between two looks.
    return pace * (_BURST / _MINUTE) + 1
