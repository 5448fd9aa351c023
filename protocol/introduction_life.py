"""The life of an introduction at the company that received the person (PROTOCOL 3, outcome)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from protocol.life import step


class State(StrEnum):
    """What came of it so far."""

    NEW = "new"
    INTERVIEWED = "interviewed"
    HIRED = "hired"
    DECLINED = "declined"


class Event(StrEnum):
    """What a recruiter marks."""

    INTERVIEW = "interview"
    HIRE = "hire"
    DECLINE = "decline"


TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    State.NEW: {
        Event.INTERVIEW: State.INTERVIEWED,
        Event.HIRE: State.HIRED,
        Event.DECLINE: State.DECLINED,
    },
    State.INTERVIEWED: {Event.HIRE: State.HIRED, Event.DECLINE: State.DECLINED},
    State.HIRED: {},
    State.DECLINED: {},
}


def advance(state: State, event: Event) -> State:
    """Return the state after *event*.

    Raises:
        UnexpectedEventError: it cannot happen in *state*.
    """
    return step(TRANSITIONS, state, event)
