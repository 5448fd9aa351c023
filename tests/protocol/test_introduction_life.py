import pytest

from protocol.errors import UnexpectedEventError
from protocol.introduction_life import TRANSITIONS, Event, State, advance

FINAL = (State.HIRED, State.DECLINED)


@pytest.mark.parametrize("state", FINAL)
@pytest.mark.parametrize("event", Event)
def test_final_state_refuses_every_event(state: State, event: Event) -> None:
    with pytest.raises(UnexpectedEventError):
        advance(state, event)


def test_only_these_states_are_final() -> None:
    assert tuple(state for state, row in TRANSITIONS.items() if not row) == FINAL


def test_person_is_interviewed_once_and_then_hired() -> None:
    interviewed = advance(State.NEW, Event.INTERVIEW)
    assert advance(interviewed, Event.HIRE) is State.HIRED
    with pytest.raises(UnexpectedEventError):
        advance(interviewed, Event.INTERVIEW)


def test_person_may_be_hired_at_once() -> None:
    assert advance(State.NEW, Event.HIRE) is State.HIRED
