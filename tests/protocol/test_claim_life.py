import pytest

from protocol.claim_life import TRANSITIONS, Event, State, advance
from protocol.errors import UnexpectedEventError


def test_only_a_claim_that_went_out_is_counted() -> None:
    assert {state for state, row in TRANSITIONS.items() if Event.COUNT in row} == {State.SENT}


@pytest.mark.parametrize("event", [Event.COUNT, Event.REFUSE, Event.END])
def test_the_first_answer_stands(event: Event) -> None:
    settled = advance(State.SENT, event)
    for later in Event:
        with pytest.raises(UnexpectedEventError):
            advance(settled, later)


def test_a_claim_whose_token_ended_first_never_goes_out() -> None:
    dropped = advance(State.PLANNED, Event.DROP)
    with pytest.raises(UnexpectedEventError):
        advance(dropped, Event.SEND)
