import pytest

from node.domain.letter_life import TRANSITIONS, Event, State, advance
from protocol.errors import UnexpectedEventError


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(State)


@pytest.mark.parametrize("state", [State.SENT, State.FAILED])
@pytest.mark.parametrize("event", Event)
def test_what_is_over_stays_over(state: State, event: Event) -> None:
    with pytest.raises(UnexpectedEventError):
        advance(state, event)


def test_nothing_leads_from_sending_to_a_second_sending_but_a_sure_failure() -> None:
    again = [
        event
        for event, after in TRANSITIONS[State.SENDING].items()
        if after not in {State.SENT, State.FAILED}
    ]
    assert again == [Event.LATER]


def test_only_a_confirmed_letter_is_sent() -> None:
    begins = [state for state, row in TRANSITIONS.items() if Event.BEGIN in row]
    assert begins == [State.CONFIRMED]


def test_a_stop_is_undone_into_the_queue_and_nothing_else() -> None:
    assert TRANSITIONS[State.CANCELLED] == {Event.RESTORE: State.QUEUED}


def test_what_waits_without_a_hand_can_be_asked_about_again() -> None:
    assert advance(State.CONFIRMED, Event.RECALL) is State.QUEUED
