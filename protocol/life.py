"""One step of a life cycle that is written down as a table."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from protocol.errors import UnexpectedEventError

_State = TypeVar("_State", bound=StrEnum)
_Event = TypeVar("_Event", bound=StrEnum)


def step(
    transitions: Mapping[_State, Mapping[_Event, _State]], state: _State, event: _Event
) -> _State:
    """Return the state after *event*.

    Raises:
        UnexpectedEventError: the table has no such transition.
    """
    try:
        return transitions[state][event]
    except KeyError:
        raise UnexpectedEventError(f"no {event} in state {state}") from None
