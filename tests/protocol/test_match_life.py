import pytest

from protocol.errors import UnexpectedEventError
from protocol.match_life import TRANSITIONS, Event, State, advance

FINAL = (State.DECLINED, State.LAPSED, State.CANCELLED, State.REJECTED)


def after(*events: Event) -> State:
    state = State.PROPOSED
    for event in events:
        state = advance(state, event)
    return state


@pytest.mark.parametrize("state", FINAL)
@pytest.mark.parametrize("event", Event)
def test_final_state_refuses_every_event(state: State, event: Event) -> None:
    with pytest.raises(UnexpectedEventError):
        advance(state, event)


def test_only_these_states_are_final() -> None:
    assert tuple(state for state, row in TRANSITIONS.items() if not row) == FINAL


def test_yes_is_fetched_and_opened() -> None:
    assert after(Event.ACCEPT, Event.FETCH, Event.OPEN) is State.REVEALED


def test_what_cannot_be_opened_is_fetched_again() -> None:
    assert (
        after(Event.ACCEPT, Event.FETCH, Event.CANNOT_OPEN, Event.FETCH, Event.OPEN)
        is State.REVEALED
    )


@pytest.mark.parametrize("event", [Event.REFUSE, Event.DECLINE, Event.LAPSE, Event.MISMATCH])
def test_spend_for_nobody_can_be_returned(event: Event) -> None:
    assert after(Event.ACCEPT, Event.FETCH, event, Event.RETURN) is State.RETURNED


def test_refusal_and_decline_of_one_yes_come_in_any_order() -> None:
    fetched = (Event.ACCEPT, Event.FETCH)
    assert after(*fetched, Event.REFUSE, Event.DECLINE) is State.REFUSED
    assert after(*fetched, Event.DECLINE, Event.REFUSE) is State.REFUSED


@pytest.mark.parametrize("event", [Event.REFUSE, Event.DECLINE])
def test_second_word_on_a_returned_yes_changes_nothing(event: Event) -> None:
    returned = (Event.ACCEPT, Event.FETCH, Event.DECLINE, Event.RETURN)
    assert after(*returned, event) is State.RETURNED
    with pytest.raises(UnexpectedEventError):
        after(*returned, event, Event.RETURN)


@pytest.mark.parametrize("event", [Event.FETCH, Event.OPEN, Event.RETURN])
def test_nothing_is_fetched_before_the_yes(event: Event) -> None:
    with pytest.raises(UnexpectedEventError):
        after(event)


def test_give_after_a_return_is_refused() -> None:
    with pytest.raises(UnexpectedEventError):
        after(Event.ACCEPT, Event.FETCH, Event.LAPSE, Event.RETURN, Event.OPEN)
