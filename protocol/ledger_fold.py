"""The relay ledger: ten people introduced are one free introduction (PROTOCOL 7).

A member's state is a pure function of the `ledger` leaves of its own logs, in order.
Each leaf is effective or void by what stands before it, its own day and the
parameters of its own membership version; a void one changes nothing for ever. So
readers at different sizes agree on every leaf that both have read.
"""

from bisect import bisect_left
from dataclasses import replace
from enum import StrEnum

from crypto.canonical_json import Json
from protocol.errors import MalformedError, TooLargeError, UnexpectedEventError, UnknownKindError
from protocol.ledger import (
    Counted,
    Figures,
    Hold,
    LedgerBody,
    Receipt,
    Release,
    Return,
    Spend,
    parse_ledger_body,
)
from protocol.ledger_context import LedgerContext, Terms
from protocol.ledger_count import check_count
from protocol.ledger_state import (
    RETURN_DAYS,
    RETURN_WINDOW,
    Credits,
    LedgerState,
    OpenHold,
    StandingSpend,
    Tally,
    Unused,
    ordinal,
)
from protocol.log.leaf import Leaf

RETURNED_LIFE_DAYS = 30  # what a credit has at least when it comes back


class VoidReason(StrEnum):
    """Why a `ledger` leaf has no effect."""

    REPEATED_ID = "repeated-id"
    FORM = "form"
    DAY = "day"  # before that of the last effective leaf
    MV = "mv"  # the same of the membership version
    RECEIPT = "receipt"
    NULLIFIER = "nullifier"  # counted before
    NO_CREDIT = "no-credit"
    HOLD = "hold"  # unknown, void, spent, released or past its end
    SPEND = "spend"  # unknown, void, returned or too old
    RETURN_CAP = "return-cap"


class VoidLeafError(UnexpectedEventError):
    """The leaf would change nothing; *reason* says why."""

    def __init__(self, reason: VoidReason) -> None:
        super().__init__(f"void ledger leaf: {reason}")
        self.reason = reason


def fold(
    state: LedgerState, leaf: Leaf, ev: Json, context: LedgerContext
) -> tuple[LedgerState, VoidReason | None]:
    """Return *state* after one more `ledger` *leaf*, and why that leaf is void, if it is.

    *ev* is the evidence part that opened the leaf's commitment. Where a body is
    missing the caller stops; where the leaf repeats the id of one of another kind
    the caller uses :func:`void`.

    Raises:
        MembershipAheadError: the leaf's `mv` is not known to *context*, and the fold
            waits for it.
    """
    try:
        return effective(state, leaf, ev, context), None
    except VoidLeafError as error:
        return void(state, leaf), error.reason


def void(state: LedgerState, leaf: Leaf) -> LedgerState:
    """Return *state* after a *leaf* that changes nothing."""
    tally = state.tally.model_copy(update={"void": state.tally.void + 1})
    new = () if state.has_seen(leaf.id) else (leaf.id,)
    return replace(state, tally=tally, added=state.added.adding(new))


def effective(state: LedgerState, leaf: Leaf, ev: Json, context: LedgerContext) -> LedgerState:
    """Return *state* after an effective *leaf*; a node asks this before it appends one.

    Raises:
        VoidLeafError: the leaf would change nothing.
        MembershipAheadError: the leaf's `mv` is not known to *context*.
    """
    if state.has_seen(leaf.id):
        raise VoidLeafError(VoidReason.REPEATED_ID)
    try:
        body = parse_ledger_body(ev)
    except (MalformedError, UnknownKindError) as error:
        raise VoidLeafError(VoidReason.FORM) from error
    day = ordinal(leaf.day)
    if day < state.tally.day:
        raise VoidLeafError(VoidReason.DAY)
    if leaf.mv < state.tally.mv:
        raise VoidLeafError(VoidReason.MV)
    terms = context.terms_of(leaf.mv)
    seen = [leaf.id]
    if isinstance(body, Counted):
        if state.has_seen(body.nullifier):
            raise VoidLeafError(VoidReason.NULLIFIER)
        seen.append(body.nullifier)
    tally = _apply(_at(state.tally, day, leaf.mv), leaf.id, body, terms, context)
    return replace(state, tally=tally, added=state.added.adding(seen))


def _apply(
    tally: Tally, leaf_id: str, body: LedgerBody, terms: Terms, context: LedgerContext
) -> Tally:
    match body:
        case Receipt() | Figures():
            return tally
        case Counted():
            return _count(tally, body, terms, context)
        case Hold():
            return _hold(tally, leaf_id, body, terms)
        case Release():
            _, holds = _take_hold(tally, body.hold)
            return tally.model_copy(update={"holds": holds})
        case Spend():
            return _spend(tally, leaf_id, body)
        case _:
            return _return(tally, body, terms)


def _at(tally: Tally, day: int, mv: int) -> Tally:
    """Return *tally* at the place of a leaf, without what has ended before its *day*."""
    if day == tally.day:
        return tally.model_copy(update={"mv": mv})
    return tally.model_copy(
        update={
            "day": day,
            "mv": mv,
            "credits": tuple(lot for lot in tally.credits if lot.last >= day),
            "holds": tuple(hold for hold in tally.holds if hold.until >= day),
            "standing": tuple(spend for spend in tally.standing if spend.day + RETURN_DAYS >= day),
        }
    )


def _count(tally: Tally, body: Counted, terms: Terms, context: LedgerContext) -> Tally:
    try:
        issuer = check_count(body, terms, context)
    except (MalformedError, TooLargeError) as error:
        raise VoidLeafError(VoidReason.RECEIPT) from error
    unused = _append(tally.unused, Unused(issuer=issuer, counts=1))
    lots, earned = tally.credits, 0
    while (left := _without_credit(unused, terms)) is not None:
        unused, earned = left, earned + 1
        lots = _with_credit(lots, tally.day + terms.params.credit_life)
    return tally.model_copy(
        update={
            "counts": tally.counts + 1,
            "earned": tally.earned + earned,
            "unused": unused,
            "credits": lots,
        }
    )


def _append(unused: tuple[Unused, ...], more: Unused) -> tuple[Unused, ...]:
    if unused and unused[-1].issuer == more.issuer:
        more = Unused(issuer=more.issuer, counts=more.counts + unused[-1].counts)
        unused = unused[:-1]
    return (*unused, more)


def _without_credit(unused: tuple[Unused, ...], terms: Terms) -> tuple[Unused, ...] | None:
    """Return *unused* without the counts of one credit, or None where they make none."""
    taken = 0
    of_issuer: dict[str, int] = {}
    left: tuple[Unused, ...] = ()
    for run in unused:
        room = min(
            terms.params.issuer_cap - of_issuer.get(run.issuer, 0), terms.params.relay_ratio - taken
        )
        take = min(run.counts, room)
        taken += take
        of_issuer[run.issuer] = of_issuer.get(run.issuer, 0) + take
        if take < run.counts:
            left = _append(left, Unused(issuer=run.issuer, counts=run.counts - take))
    return left if taken == terms.params.relay_ratio else None


def _with_credit(lots: tuple[Credits, ...], last: int) -> tuple[Credits, ...]:
    place = bisect_left(lots, last, key=lambda lot: lot.last)
    if place < len(lots) and lots[place].last == last:
        grown = Credits(last=last, credits=lots[place].credits + 1)
        return (*lots[:place], grown, *lots[place + 1 :])
    return (*lots[:place], Credits(last=last, credits=1), *lots[place:])


def _hold(tally: Tally, leaf_id: str, body: Hold, terms: Terms) -> Tally:
    room = terms.params.open_proposals_per_credit * tally.living(tally.day)
    if tally.open_holds(tally.day) >= room:
        raise VoidLeafError(VoidReason.NO_CREDIT)
    hold = OpenHold(id=leaf_id, bind=body.bind, day=tally.day, until=ordinal(body.until))
    return tally.model_copy(update={"holds": (*tally.holds, hold)})


def _take_hold(tally: Tally, leaf_id: str) -> tuple[OpenHold, tuple[OpenHold, ...]]:
    """Return the open hold *leaf_id* and the others."""
    for place, hold in enumerate(tally.holds):
        if hold.id == leaf_id and hold.until >= tally.day:
            return hold, tally.holds[:place] + tally.holds[place + 1 :]
    raise VoidLeafError(VoidReason.HOLD)


def _spend(tally: Tally, leaf_id: str, body: Spend) -> Tally:
    hold, holds = _take_hold(tally, body.hold)
    if not tally.credits:
        raise VoidLeafError(VoidReason.NO_CREDIT)
    first, *later = tally.credits
    if first.credits > 1:
        later.insert(0, Credits(last=first.last, credits=first.credits - 1))
    spend = StandingSpend(id=leaf_id, hold=hold.id, bind=hold.bind, day=tally.day, last=first.last)
    return tally.model_copy(
        update={
            "spends": tally.spends + 1,
            "credits": tuple(later),
            "holds": holds,
            "standing": (*tally.standing, spend),
        }
    )


def _return(tally: Tally, body: Return, terms: Terms) -> Tally:
    spend = next((spend for spend in tally.standing if spend.id == body.spend), None)
    if spend is None:
        raise VoidLeafError(VoidReason.SPEND)
    # A return counts as long as a spend it could have followed is among the last
    # ten. By the returned spends alone, old ones could all be returned at once.
    recent = tuple(at for at in tally.returned_at if at > tally.spends - RETURN_WINDOW)
    if len(recent) >= terms.params.return_cap:
        raise VoidLeafError(VoidReason.RETURN_CAP)
    last = max(spend.last, tally.day + RETURNED_LIFE_DAYS)
    return tally.model_copy(
        update={
            "returns": tally.returns + 1,
            "credits": _with_credit(tally.credits, last),
            "standing": tuple(other for other in tally.standing if other is not spend),
            "returned_at": (*recent, tally.spends),
        }
    )
