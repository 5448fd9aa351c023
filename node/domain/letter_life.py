"""The life of a letter: sent at most once, and never again where that is uncertain (RFC 1047)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from protocol.life import step


class State(StrEnum):
    """Where a letter stands."""

    QUEUED = "queued"  # waits for an operator who confirms the head-count
    CONFIRMED = "confirmed"
    SENDING = "sending"  # after a crash nobody knows, until somebody says whether it went
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What happens to it."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    RECALL = "recall"  # what went without a hand is asked about after all
    RESTORE = "restore"  # the stop is undone, or what kept it from going
    BEGIN = "begin"
    TAKEN = "taken"  # the mail server took it over
    REFUSED = "refused"
    LATER = "later"  # the mail server surely has nothing of it


TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    State.QUEUED: {Event.CONFIRM: State.CONFIRMED, Event.CANCEL: State.CANCELLED},
    State.CONFIRMED: {
        Event.BEGIN: State.SENDING,
        Event.REFUSED: State.FAILED,
        Event.CANCEL: State.CANCELLED,
        Event.RECALL: State.QUEUED,
    },
    State.SENDING: {
        Event.TAKEN: State.SENT,
        Event.REFUSED: State.FAILED,
        Event.LATER: State.CONFIRMED,
    },
    State.SENT: {},
    State.FAILED: {Event.RESTORE: State.QUEUED},
    State.CANCELLED: {Event.RESTORE: State.QUEUED},
}

# Nobody has a letter in one of these; in any other, somebody has it or may have it.
UNSENT: Final = frozenset({State.QUEUED, State.CONFIRMED, State.FAILED, State.CANCELLED})


def advance(state: str, event: Event) -> State:
    """Return the state after *event*.

    Raises:
        UnexpectedEventError: it cannot happen in *state*.
    """
    return step(TRANSITIONS, State(state), event)
