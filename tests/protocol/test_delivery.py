import pytest

from protocol.delivery import TRANSITIONS, Delivery, DocIn, DocOut, Event, State, advance
from protocol.errors import MalformedError, UnexpectedEventError
from tests.protocol.companies import ALPHA, BETA, edited

SIGNED = ALPHA.signed("document", b"{}")
DELIVERY = Delivery(fetch="ab" * 32, to=BETA.id, tokens=("0" * 32, "1" * 32))


@pytest.mark.parametrize("event", Event)
def test_deleted_is_final(event: Event) -> None:
    with pytest.raises(UnexpectedEventError):
        advance(State.DELETED, event)


def test_only_deleted_is_final() -> None:
    assert [state for state, row in TRANSITIONS.items() if not row] == [State.DELETED]


def test_body_whose_answer_was_lost_is_delivered_again() -> None:
    assert advance(State.DELIVERED, Event.DELIVER) is State.DELIVERED


def test_late_receipt_settles_an_overdue_deletion() -> None:
    assert advance(advance(State.DELIVERED, Event.MISS), Event.RECEIPT) is State.DELETED


def test_receiver_may_say_that_it_never_held_a_token() -> None:
    assert advance(State.NOT_DELIVERED, Event.RECEIPT) is State.DELETED


def test_what_was_not_delivered_is_not_overdue() -> None:
    with pytest.raises(UnexpectedEventError):
        advance(State.NOT_DELIVERED, Event.MISS)


def test_both_sides_record_the_same_envelope() -> None:
    sent, taken = DocOut.of("match.propose", SIGNED), DocIn.of("match.propose", SIGNED)
    assert sent.to_json() | {"kind": "doc.in"} == taken.to_json()
    assert sent.sha256 == SIGNED.digest.hex()
    assert sent.sig_sha256 == SIGNED.sigs_digest.hex()
    assert DocOut.parse(sent.canonical()) == sent
    assert DocIn.parse(taken.canonical()) == taken
    with pytest.raises(MalformedError):
        DocIn.parse(sent.canonical())


def test_delivery_comes_back() -> None:
    assert Delivery.parse(DELIVERY.canonical()) == DELIVERY


@pytest.mark.parametrize(
    "change",
    [{"tokens": []}, {"tokens": ["1" * 32, "0" * 32]}, {"tokens": ["0" * 32] * 2}],
    ids=str,
)
def test_delivery_names_each_token_once_and_sorted(change: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        Delivery.parse(edited(DELIVERY, **change))
