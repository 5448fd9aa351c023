"""The fold of a bundle's own ledger leaves (PROTOCOL 7), as far as it goes."""

from collections.abc import Mapping
from dataclasses import dataclass

from protocol.audit.opened import Opened
from protocol.errors import MembershipAheadError
from protocol.ledger_context import LedgerContext
from protocol.ledger_fold import fold, void
from protocol.ledger_state import LedgerState
from protocol.log.leaf import LeafKind


@dataclass(frozen=True, slots=True)
class Folded:
    """The state after the last leaf that could be folded, and what became of each."""

    state: LedgerState
    effective: frozenset[str]  # leaf ids
    void: tuple[str, ...]
    is_whole: bool  # no body and no version of the membership was missing


def fold_ledger(
    leaves: tuple[Opened, ...], by_id: Mapping[str, Opened], context: LedgerContext
) -> Folded:
    """Return the fold of the `ledger` leaves among *leaves*; *by_id* has the first of each id."""
    state = LedgerState()
    effective = set[str]()
    voids: list[str] = []
    is_whole = True
    for opened in leaves:
        if opened.leaf.kind is not LeafKind.LEDGER:
            continue
        if by_id[opened.id] is not opened:
            state = void(state, opened.leaf)
            voids.append(opened.id)
            continue
        if opened.opening is None:
            is_whole = False
            break
        try:
            state, reason = fold(state, opened.leaf, opened.opening.ev, context)
        except MembershipAheadError:
            is_whole = False
            break
        if reason is None:
            effective.add(opened.id)
        else:
            voids.append(opened.id)
    return Folded(state, frozenset(effective), tuple(voids), is_whole)
