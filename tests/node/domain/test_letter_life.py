import pytest

from node.domain.letter_life import TRANSITIONS, Event, State, advance
from protocol.errors import UnexpectedEventError


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(State)


@pytest.mark.parametrize("event", Event)
def test_what_was_sent_is_over(event: Event) -> None:
    with pytest.raises(UnexpectedEventError):
        advance(State.SENT, event)


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


@pytest.mark.parametrize("state", [State.CANCELLED, State.FAILED])
def test_what_did_not_go_comes_back_into_the_queue_and_nowhere_else(state: State) -> None:
    assert TRANSITIONS[state] == {Event.RESTORE: State.QUEUED}


def test_what_waits_without_a_hand_can_be_asked_about_again() -> None:
    assert advance(State.CONFIRMED, Event.RECALL) is State.QUEUED
