"""Proportions with their Wilson score interval of 95 %, and when there are too few.

Wilson 1927; as Brown, Cai and DasGupta 2001 recommend for small numbers.
"""

from dataclasses import dataclass
from math import comb, sqrt
from typing import Final

from node.i18n import Bilingual

Z_95: Final = 1.959963984540054  # standard normal quantile of 0.975
WIDEST_HALF: Final = 0.15  # beyond 15 points no percentage is shown: 件数不足
FALSE_DISCOVERY: Final = 0.05
DEFINITION: Final = Bilingual(
    ja="区間はウィルソンの方法（95%）。幅の半分が15ポイントを超えると「件数不足」とします。",
    en="Intervals are Wilson's, 95 %. Where half of one is over 15 points, it says too few.",
)


@dataclass(frozen=True, slots=True)
class Proportion:
    """*count* of *total*, with its interval; all shares are between 0 and 1."""

    count: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.total:
            raise ValueError("a part is not larger than its whole")

    @property
    def share(self) -> float | None:
        """Return count ÷ total, None of nothing."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the Wilson interval of 95 %, None of nothing."""
        if not self.total:
            return None
        share, z2 = self.count / self.total, Z_95 * Z_95
        centre = share + z2 / (2 * self.total)
        spread = Z_95 * sqrt(share * (1 - share) / self.total + z2 / (4 * self.total**2))
        scale = 1 + z2 / self.total
        return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)

    @property
    def is_enough(self) -> bool:
        """Tell whether a percentage may be shown at all."""
        interval = self.interval
        return interval is not None and (interval[1] - interval[0]) / 2 <= WIDEST_HALF


def fisher_lower(first: Proportion, second: Proportion) -> float:
    """Return the chance of a *first* share this low if both were alike (Fisher, one-sided)."""
    drawn, marked = first.total, first.count + second.count
    whole = first.total + second.total
    ways = sum(
        comb(marked, count) * comb(whole - marked, drawn - count)
        for count in range(max(0, drawn - (whole - marked)), first.count + 1)
    )
    return ways / comb(whole, drawn)


def discoveries(chances: dict[str, float]) -> frozenset[str]:
    """Return the names whose chance stands after Benjamini and Hochberg at 5 %."""
    ordered = sorted(chances.items(), key=lambda item: (item[1], item[0]))
    kept = [
        rank
        for rank, (_, chance) in enumerate(ordered, start=1)
        if chance <= FALSE_DISCOVERY * rank / len(ordered)
    ]
    return frozenset(name for name, _ in ordered[: max(kept, default=0)])
