import pytest

from node.domain.batch_life import TRANSITIONS, Event, State, advance
from protocol.errors import UnexpectedEventError


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(State)


@pytest.mark.parametrize("state", [State.UNDONE, State.DISCARDED])
@pytest.mark.parametrize("event", Event)
def test_what_is_over_stays_over(state: State, event: Event) -> None:
    with pytest.raises(UnexpectedEventError):
        advance(state, event)


def test_nothing_that_was_never_taken_in_is_undone() -> None:
    for state in (State.STAGED, State.DISCARDED):
        assert Event.UNDO not in TRANSITIONS[state]
