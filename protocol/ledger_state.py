"""A member's ledger folded up to some leaf: what it has, holds and owes (PROTOCOL 7).

:class:`Tally` is small and is kept beside the log as canonical JSON; the leaf ids and
nullifiers seen so far are the part that grows, and lie apart in a set of strings.
"""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from pydantic import Field

from protocol.errors import MalformedError, UnexpectedEventError
from protocol.identifiers import Count, HashHex, Id
from protocol.ledger_seen import SeenSet
from protocol.value import Value

RETURN_DAYS = 60  # from the spend to the last day on which it can be returned
RETURN_WINDOW = 10  # the last spends over which `return_cap` counts

Ordinal = Annotated[int, Field(ge=0, le=2**40)]  # days since 0001-01-01, as `date` counts


def ordinal(day: str) -> int:
    """Return the number of the UTC *day* `YYYY-MM-DD`.

    Raises:
        MalformedError: the calendar has no such day.
    """
    try:
        return date.fromisoformat(day).toordinal()
    except ValueError as error:
        raise MalformedError("no such day") from error


class Unused(Value):
    """Counts of one issuer, next to each other in the log, that are in no credit yet."""

    issuer: Id
    counts: Count


class Credits(Value):
    """Unspent credits that die after the same day."""

    last: Ordinal
    credits: Count


class OpenHold(Value):
    """An effective hold that is neither spent nor released; open through `until`."""

    id: Id
    bind: HashHex
    day: Ordinal
    until: Ordinal


class StandingSpend(Value):
    """An effective spend of the last 60 days, its hold, and the end of its credit."""

    id: Id
    hold: Id
    bind: HashHex
    day: Ordinal
    last: Ordinal


class Balance(Value):
    """What a statement prints; `living` and `open_holds` as of one day."""

    counts: Count
    earned: Count
    living: Count
    spends: Count
    returns: Count
    open_holds: Count
    void: Count


class Tally(Value):
    """The bounded part of a folded ledger."""

    day: Ordinal = 0
    mv: Count = 0
    counts: Count = 0
    earned: Count = 0
    spends: Count = 0
    returns: Count = 0
    void: Count = 0
    unused: tuple[Unused, ...] = ()  # oldest first
    credits: tuple[Credits, ...] = ()  # the first to die first
    holds: tuple[OpenHold, ...] = ()
    standing: tuple[StandingSpend, ...] = ()  # neither returned nor past returning
    returned_at: tuple[Count, ...] = ()  # how many spends there were at each late return

    def living(self, day: int) -> int:
        """Return how many credits live on the ordinal *day*."""
        return sum(lot.credits for lot in self.credits if lot.last >= day)

    def open_holds(self, day: int) -> int:
        """Return how many holds are open on the ordinal *day*."""
        return sum(hold.until >= day for hold in self.holds)


@dataclass(frozen=True, slots=True)
class LedgerState:
    """A folded ledger: its tally, and which leaf ids and nullifiers have occurred.

    *before* may stand for rows in a storage; *added* are those seen since then,
    which whoever keeps *tally* adds to the rows.
    """

    tally: Tally = field(default_factory=Tally)
    before: Container[str] = field(default=frozenset(), repr=False)
    added: SeenSet = field(default_factory=SeenSet)

    def has_seen(self, value: str) -> bool:
        """Tell whether *value* was the id of a leaf or a counted nullifier."""
        return value in self.added or value in self.before

    def balance(self, day: str) -> Balance:
        """Return what a statement prints on *day*, which is not before the last leaf's.

        Raises:
            MalformedError: the calendar has no such day.
        """
        on, tally = ordinal(day), self.tally
        return Balance(
            counts=tally.counts,
            earned=tally.earned,
            living=tally.living(on),
            spends=tally.spends,
            returns=tally.returns,
            open_holds=tally.open_holds(on),
            void=tally.void,
        )

    def open_hold(self, leaf_id: str, day: str) -> OpenHold:
        """Return the hold *leaf_id*, open on *day*.

        Raises:
            UnexpectedEventError: void, unknown, spent, released or past its end.
            MalformedError: the calendar has no such day.
        """
        for hold in self.tally.holds:
            if hold.id == leaf_id and hold.until >= ordinal(day):
                return hold
        raise UnexpectedEventError("no such open hold")

    def standing_spend(self, leaf_id: str) -> StandingSpend:
        """Return the spend *leaf_id*, not returned and no more than 60 days old.

        Raises:
            UnexpectedEventError: void, unknown, returned or older.
        """
        for spend in self.tally.standing:
            if spend.id == leaf_id:
                return spend
        raise UnexpectedEventError("no such spend")

    def leaf_day(self, today: str) -> str:
        """Return the day that the next leaf bears: *today* or, if later, the last leaf's."""
        last = date.fromordinal(max(self.tally.day, 1)).isoformat()
        return max(today, last)
