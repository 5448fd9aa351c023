"""The life of a token at its origin (PROTOCOL 4 and 6)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from protocol.life import step


class State(StrEnum):
    """Where a token of this node's own stands."""

    QUEUED = "queued"  # consented to; waits for its batch
    LIVE = "live"
    DECOY = "decoy"  # a leaf like the others, never delivered
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    DROPPED = "dropped"  # the consent ended before the batch


class Event(StrEnum):
    """What happens to it."""

    PUBLISH = "publish"
    PUBLISH_DECOY = "publish-decoy"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    State.QUEUED: {
        Event.PUBLISH: State.LIVE,
        Event.PUBLISH_DECOY: State.DECOY,
        Event.WITHDRAW: State.DROPPED,
    },
    State.LIVE: {Event.WITHDRAW: State.WITHDRAWN, Event.EXPIRE: State.EXPIRED},
    State.DECOY: {Event.WITHDRAW: State.WITHDRAWN, Event.EXPIRE: State.EXPIRED},
    State.WITHDRAWN: {},
    State.EXPIRED: {},
    State.DROPPED: {},
}


def advance(state: State, event: Event) -> State:
    """Return the state after *event*.

    Raises:
        UnexpectedEventError: it cannot happen in *state*.
    """
    return step(TRANSITIONS, state, event)
