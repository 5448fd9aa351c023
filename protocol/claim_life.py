"""The life of a claim at the origin that wants a person counted (PROTOCOL 7)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from protocol.life import step


class State(StrEnum):
    """Where a claim of this node's own stands."""

    PLANNED = "planned"  # waits for its random moment
    SENT = "sent"
    COUNTED = "counted"
    REFUSED = "refused"
    SILENT = "silent"  # no answer to its end, or a refusal that no later try would change


class Event(StrEnum):
    """What happens to it."""

    DROP = "drop"  # the token ended before the claim went out
    SEND = "send"
    COUNT = "count"
    REFUSE = "refuse"
    END = "end"


TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    State.PLANNED: {Event.SEND: State.SENT, Event.DROP: State.REFUSED},
    State.SENT: {
        Event.COUNT: State.COUNTED,
        Event.REFUSE: State.REFUSED,
        Event.END: State.SILENT,
    },
    State.COUNTED: {},
    State.REFUSED: {},
    State.SILENT: {},
}


def advance(state: State, event: Event) -> State:
    """Return the state after *event*.

    Raises:
        UnexpectedEventError: it cannot happen in *state*.
    """
    return step(TRANSITIONS, state, event)
