"""The life of a consent at the origin (PROTOCOL 6)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from protocol.life import step


class State(StrEnum):
    """What became of a consent."""

    GIVEN = "given"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Event(StrEnum):
    """What happens to it."""

    REPLACE = "replace"  # by a later consent of the same person
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    State.GIVEN: {
        Event.REPLACE: State.REPLACED,
        Event.WITHDRAW: State.WITHDRAWN,
        Event.EXPIRE: State.EXPIRED,
    },
    State.REPLACED: {},
    State.WITHDRAWN: {},
    State.EXPIRED: {},
}


def advance(state: State, event: Event) -> State:
    """Return the state after *event*.

    Raises:
        UnexpectedEventError: it cannot happen in *state*.
    """
    return step(TRANSITIONS, state, event)
