"""The life of an import: what may follow what."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from protocol.life import step


class State(StrEnum):
    """Where an import stands."""

    STAGED = "staged"  # handed in; nothing of it is in the records
    COMMITTING = "committing"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


class Event(StrEnum):
    """What happens to an import."""

    COMMIT = "commit"
    FINISH = "finish"
    UNDO = "undo"
    DISCARD = "discard"


TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    State.STAGED: {Event.COMMIT: State.COMMITTING, Event.DISCARD: State.DISCARDED},
    State.COMMITTING: {Event.FINISH: State.DONE, Event.UNDO: State.UNDOING},
    State.DONE: {Event.UNDO: State.UNDOING},
    State.UNDOING: {Event.FINISH: State.UNDONE},
    State.UNDONE: {},
    State.DISCARDED: {},
}


def advance(state: str, event: Event) -> State:
    """Return the state after *event*.

    Raises:
        UnexpectedEventError: it cannot happen in *state*.
    """
    return step(TRANSITIONS, State(state), event)
