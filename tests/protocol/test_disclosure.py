from typing import Any

import pytest

from crypto.hashing import sha256
from protocol.day import start_of
from protocol.disclosure import (
    TRANSITIONS,
    Accept,
    AcceptStatement,
    Event,
    State,
    Undo,
    advance,
    end_of_acceptance,
    hold_until,
    payload_commitment,
)
from protocol.errors import MalformedError, UnexpectedEventError
from protocol.level import Level
from tests.protocol.agreed_person import AgreedPerson, signed_by_level
from tests.protocol.companies import edited

FINAL = (State.RECEIPTED, State.DECLINED, State.EXPIRED, State.ENDED)
YES = AgreedPerson().yes()


def after(*events: Event) -> State:
    state = State.ASKED
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


def test_yes_goes_to_a_receipt() -> None:
    assert after(Event.ACCEPT, Event.SEND, Event.GIVE, Event.RECEIPT) is State.RECEIPTED


def test_yes_can_be_undone_and_given_again_before_anybody_was_told() -> None:
    assert after(Event.ACCEPT, Event.UNDO) is State.ASKED
    assert after(Event.ACCEPT, Event.UNDO, Event.ACCEPT) is State.HELD


def test_undo_after_it_was_told_ends_the_request() -> None:
    assert after(Event.ACCEPT, Event.SEND, Event.UNDO) is State.ENDED


@pytest.mark.parametrize("event", [Event.UNDO, Event.END, Event.EXPIRE, Event.GIVE])
def test_what_was_given_stays_given(event: Event) -> None:
    with pytest.raises(UnexpectedEventError):
        after(Event.ACCEPT, Event.SEND, Event.GIVE, event)


def test_second_give_needs_word_that_the_first_did_not_open() -> None:
    assert (
        after(Event.ACCEPT, Event.SEND, Event.GIVE, Event.CANNOT_OPEN, Event.GIVE, Event.RECEIPT)
        is State.RECEIPTED
    )


def test_nothing_is_given_before_the_yes_was_sent() -> None:
    for events in ((), (Event.ACCEPT,)):
        with pytest.raises(UnexpectedEventError):
            after(*events, Event.GIVE)


@pytest.mark.parametrize("level", [Level.E0, Level.E1])
def test_yes_comes_back(level: Level) -> None:
    statement = AgreedPerson(level=level).yes()
    accept = Accept(statement=statement, signature=signed_by_level(statement))
    assert Accept.parse(accept.canonical()) == accept


@pytest.mark.parametrize(
    "change",
    [
        {"fields": []},
        {"fields": ["name", "mails"]},
        {"fields": ["age"]},
        {"report": None},
        {"report": 0},
        {"level": "E2"},
        {"identity": {"name": "架空 花子"}},
    ],
    ids=str,
)
def test_another_form_is_no_yes(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        AcceptStatement.parse(edited(YES, **change))


def test_undo_comes_back() -> None:
    undo = Undo(accept="ab" * 16)
    assert Undo.parse(undo.canonical()) == undo


def test_hold_lasts_seven_days_more_and_the_yes_ends_with_it() -> None:
    last_second = start_of("2026-12-29") - 1
    assert hold_until(last_second) == "2027-01-04"
    assert end_of_acceptance(last_second) == start_of("2027-01-05")
    assert hold_until(last_second + 1) == "2027-01-05"


def test_proposal_without_end_is_refused() -> None:
    with pytest.raises(MalformedError):
        hold_until(2**53 - 1)


def test_payload_commitment_is_made_as_the_protocol_writes_it() -> None:
    expected = sha256(b"tasuki/1 payload\n" + b"\x05" * 32 + b'{"name":"x"}')
    assert payload_commitment(b"\x05" * 32, b'{"name":"x"}') == expected
