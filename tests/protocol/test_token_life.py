import pytest

from protocol.errors import UnexpectedEventError
from protocol.token_life import TRANSITIONS, Event, State, advance

FINAL = (State.WITHDRAWN, State.EXPIRED, State.DROPPED)


@pytest.mark.parametrize("state", FINAL)
@pytest.mark.parametrize("event", Event)
def test_final_state_refuses_every_event(state: State, event: Event) -> None:
    with pytest.raises(UnexpectedEventError):
        advance(state, event)


def test_only_these_states_are_final() -> None:
    assert tuple(state for state, row in TRANSITIONS.items() if not row) == FINAL


def test_withdrawal_before_the_batch_leaves_no_leaf() -> None:
    assert advance(State.QUEUED, Event.WITHDRAW) is State.DROPPED


def test_decoy_ends_as_a_token_does() -> None:
    assert TRANSITIONS[State.DECOY] == TRANSITIONS[State.LIVE]
