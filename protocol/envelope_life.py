"""The life of an envelope at its sender (PROTOCOL 3 and 4)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from protocol.life import step


class State(StrEnum):
    """Where an envelope of this node's own stands."""

    WAITING = "waiting"  # for its leaf to be published, or for its next try
    ANSWERED = "answered"
    REFUSED = "refused"
    EXPIRED = "expired"


class Event(StrEnum):
    """What happens to it."""

    ANSWER = "answer"
    REFUSE = "refuse"  # for good, in a problem that the receiver signed
    EXPIRE = "expire"


TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    State.WAITING: {
        Event.ANSWER: State.ANSWERED,
        Event.REFUSE: State.REFUSED,
        Event.EXPIRE: State.EXPIRED,
    },
    State.ANSWERED: {},
    State.REFUSED: {},
    State.EXPIRED: {},
}


def advance(state: State, event: Event) -> State:
    """Return the state after *event*.

    Raises:
        UnexpectedEventError: it cannot happen in *state*.
    """
    return step(TRANSITIONS, state, event)
