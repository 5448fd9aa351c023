from itertools import product
from typing import Any

import pytest

from protocol import (
    claim_life,
    consent_life,
    delivery,
    disclosure,
    envelope_life,
    introduction_life,
    match_life,
    token_life,
)
from protocol.errors import UnexpectedEventError
from protocol.life import step

LIVES: list[Any] = [
    claim_life,
    consent_life,
    delivery,
    disclosure,
    envelope_life,
    introduction_life,
    match_life,
    token_life,
]
named = pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)


@named
def test_every_state_has_a_row_and_leads_to_known_states(life: Any) -> None:
    assert set(life.TRANSITIONS) == set(life.State)
    for row in life.TRANSITIONS.values():
        assert set(row) <= set(life.Event)
        assert set(row.values()) <= set(life.State)


@named
def test_step_happens_exactly_where_the_table_says_so(life: Any) -> None:
    for state, event in product(life.State, life.Event):
        if event in life.TRANSITIONS[state]:
            assert life.advance(state, event) is life.TRANSITIONS[state][event]
        else:
            with pytest.raises(UnexpectedEventError):
                life.advance(state, event)


@named
def test_every_state_is_reached_from_the_first_and_every_event_is_used(life: Any) -> None:
    first = next(iter(life.State))
    reached, frontier = {first}, [first]
    while frontier:
        for following in life.TRANSITIONS[frontier.pop()].values():
            if following not in reached:
                reached.add(following)
                frontier.append(following)
    assert reached == set(life.State)
    assert {event for row in life.TRANSITIONS.values() for event in row} == set(life.Event)


def test_refusal_names_state_and_event() -> None:
    with pytest.raises(UnexpectedEventError, match=r"^no give in state asked$"):
        step(disclosure.TRANSITIONS, disclosure.State.ASKED, disclosure.Event.GIVE)
