"""The life of a proposal at the company that made it (PROTOCOL 6, reveal)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from protocol.life import step


class State(StrEnum):
    """Where a proposal of this node's own stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"  # a verified yes in hand, not fetched yet
    FETCHED = "fetched"  # the credit is spent, the identity asked for
    UNOPENED = "unopened"  # what came could not be opened; a new fetch may follow
    REVEALED = "revealed"
    REFUSED = "refused"  # after the spend: the origin refused, fell silent or sent another
    RETURNED = "returned"  # the credit is back
    DECLINED = "declined"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"  # the origin answered the proposal with a final problem


class Event(StrEnum):
    """What happens to it."""

    ACCEPT = "accept"
    DECLINE = "decline"
    LAPSE = "lapse"
    CANCEL = "cancel"
    REJECT = "reject"
    FETCH = "fetch"
    OPEN = "open"
    CANNOT_OPEN = "cannot-open"
    MISMATCH = "mismatch"
    REFUSE = "refuse"
    RETURN = "return"


# A yes that is taken back is told by a decline, before or after the refusal of its fetch;
# the first of the two may have brought the credit back already.
TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    State.PROPOSED: {
        Event.ACCEPT: State.ACCEPTED,
        Event.DECLINE: State.DECLINED,
        Event.LAPSE: State.LAPSED,
        Event.CANCEL: State.CANCELLED,
        Event.REJECT: State.REJECTED,
    },
    State.ACCEPTED: {
        Event.FETCH: State.FETCHED,
        Event.DECLINE: State.DECLINED,
        Event.LAPSE: State.LAPSED,
        Event.CANCEL: State.CANCELLED,
    },
    State.FETCHED: {
        Event.OPEN: State.REVEALED,
        Event.CANNOT_OPEN: State.UNOPENED,
        Event.MISMATCH: State.REFUSED,
        Event.REFUSE: State.REFUSED,
        Event.DECLINE: State.REFUSED,
        Event.LAPSE: State.REFUSED,
    },
    State.UNOPENED: {
        Event.FETCH: State.FETCHED,
        Event.DECLINE: State.REFUSED,
        Event.LAPSE: State.REFUSED,
    },
    State.REVEALED: {Event.RETURN: State.RETURNED},
    State.REFUSED: {
        Event.REFUSE: State.REFUSED,
        Event.DECLINE: State.REFUSED,
        Event.RETURN: State.RETURNED,
    },
    State.RETURNED: {Event.REFUSE: State.RETURNED, Event.DECLINE: State.RETURNED},
    State.DECLINED: {},
    State.LAPSED: {},
    State.CANCELLED: {},
    State.REJECTED: {},
}


def advance(state: State, event: Event) -> State:
    """Return the state after *event*.

    Raises:
        UnexpectedEventError: it cannot happen in *state*.
    """
    return step(TRANSITIONS, state, event)
