"""Waiting for a fact that can be seen from outside, with a limit and a clear end."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeVar

from node.demo.errors import TooSlowError

T = TypeVar("T")

# Generous, for a machine that has other work: a step that hangs is noticed all the same.
LIMIT: Final = timedelta(minutes=3)
_PAUSE_S: Final = 0.15


def wait_for(what: str, look: Callable[[], T | None], *, within: timedelta = LIMIT) -> T:
    """Return what *look* gives as soon as it is not None; *what* names it in the error.

    Raises:
        TooSlowError: it did not come in time.
    """
    end = time.monotonic() + within.total_seconds()
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > end:
            raise TooSlowError(f"waited {within.seconds} s in vain for {what}")
        time.sleep(_PAUSE_S)


def wait_until(what: str, is_so: Callable[[], bool], *, within: timedelta = LIMIT) -> None:
    """Return as soon as *is_so* says yes.

    Raises:
        TooSlowError: it did not in time.
    """
    wait_for(what, lambda: True if is_so() else None, within=within)
