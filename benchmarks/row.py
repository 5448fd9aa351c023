"""One row of the benchmarks: two sides that do the same, measured in turn."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Final

ROUNDS: Final = 3

Side = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One job: our seconds and the peer's, both for *operations* of it."""

    job: str
    peer: str
    operations: int
    ours_s: float
    peer_s: float
    ratio: float  # above 1 we are faster
    crypto_share: float | None = None  # of our time, where that is asked


class DisagreementError(Exception):
    """The two sides of a row do not give the same answer, so no time of theirs counts."""


def measure(job: str, peer: str, operations: int, ours: Side, theirs: Side) -> Row:
    """Return the row of two sides that do the same *operations*."""
    best = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for place, side in enumerate((ours, theirs)):
            begun = perf_counter()
            side()
            best[place] = min(best[place], perf_counter() - begun)
    return Row(job, peer, operations, best[0], best[1], best[1] / best[0])
