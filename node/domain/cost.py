"""Cost per hire, before and with the relay, in exact arithmetic (ANSI/SHRM 06001.2012).

Cost per hire = all recruiting cost ÷ people hired. Without any cost entered the report
says so and prints the range that the company assumes; it never mixes the two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from node.i18n import Bilingual

DEFINITION: Final = Bilingual(
    ja="採用単価＝採用費用の合計÷採用した人（直接とリレーの合計）。",
    en="Cost per hire = all recruiting cost ÷ people hired, direct and by relay.",
)


@dataclass(frozen=True, slots=True)
class HireRow:
    """One application with its cost in yen, if one was entered."""

    was_hired: bool
    cost_yen: int | None


@dataclass(frozen=True, slots=True)
class YenRange:
    """From *least* to *most* yen; both are the same where the value is computed."""

    least: Fraction
    most: Fraction

    def times(self, factor: Fraction) -> "YenRange":
        """Return both ends times *factor*."""
        return YenRange(self.least * factor, self.most * factor)


@dataclass(frozen=True, slots=True)
class CostReport:
    """What a hire cost without and with those who came by the relay."""

    direct_hires: int
    relay_hires: int
    is_assumed: bool  # 前提値: no cost was entered
    before: YenRange | None  # None: nobody was hired directly
    with_relay: YenRange | None
    change: Fraction | None  # -1/4 is 25 % less
    avoided: YenRange | None  # what the relay's hires would have cost

    @property
    def hires(self) -> int:
        """Return all hires."""
        return self.direct_hires + self.relay_hires


def cost_report(rows: Iterable[HireRow], relay_hires: int, assumed: YenRange) -> CostReport:
    """Return the report over direct applications *rows* and the hires through the relay.

    *assumed* is the operator's cost per hire (settings); used only without any entry.
    """
    applications = list(rows)
    direct = sum(row.was_hired for row in applications)
    entered = [row.cost_yen for row in applications if row.cost_yen is not None]
    before: YenRange | None = None
    if direct and entered:
        each = Fraction(sum(entered), direct)
        before = YenRange(each, each)
    elif direct:
        before = assumed
    if before is None:
        return CostReport(direct, relay_hires, not entered, None, None, None, None)
    share = Fraction(direct, direct + relay_hires)
    return CostReport(
        direct_hires=direct,
        relay_hires=relay_hires,
        is_assumed=not entered,
        before=before,
        with_relay=before.times(share),
        change=share - 1,
        avoided=before.times(Fraction(relay_hires)),
    )
