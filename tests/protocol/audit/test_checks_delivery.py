"""Bodies handed to whom they are not for, and ends that nobody answered."""

import pytest

from protocol.audit import records as rows
from protocol.audit.checks_delivery import cell_state
from protocol.audit.finding import Code
from protocol.delivery import Delivery, State
from protocol.messages.body import BodyFetch
from tests.protocol.audit.acts import (
    Reveal,
    consent,
    count,
    delete,
    fetch,
    person,
    publish,
    withdraw,
)
from tests.protocol.audit.honest_bundle import found, records
from tests.protocol.audit.small_network import Network, Token
from tests.protocol.companies import DAY_S, NOW


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def token(network: Network) -> Token:
    given = consent(network.alpha, person(network.alpha), [network.beta])
    return publish(network.alpha, given, network.beta)


def test_delivered_decoy(network: Network, token: Token) -> None:
    decoy = publish(network.alpha, token.consent, network.gamma)
    fetch(network.alpha, network.gamma, [decoy])
    assert found(network.alpha) == [Code.DELIVERED_DECOY]


def test_delivery_after_the_withdrawal(network: Network, token: Token) -> None:
    withdraw(network.alpha, token.consent)
    fetch(network.alpha, network.beta, [token])
    assert Code.DELIVERED_WITHDRAWN in found(network.alpha)


def test_body_forwarded_to_another_member(network: Network, token: Token) -> None:
    fetch(network.alpha, network.gamma, [token])
    assert Code.DELIVERED_ELSEWHERE in found(network.alpha)


def test_delivery_of_what_is_no_token(network: Network, token: Token) -> None:
    alpha = network.alpha
    sent = network.beta.seal(alpha, BodyFetch(log=alpha.log, start=0, end=9))
    alpha.fetches.append(rows.FetchRecord(doc=sent.signed.to_wire()))
    named = tuple(sorted([token.consent.place.id, network.new_id()]))
    alpha.entry(Delivery(fetch=sent.signed.digest.hex(), to=network.beta.id, tokens=named))
    assert found(alpha) == [Code.DELIVERED_ELSEWHERE, Code.DELIVERED_ELSEWHERE]


def test_delivery_of_a_later_token(network: Network, token: Token) -> None:
    alpha = network.alpha
    fetch(alpha, network.beta, [token])
    later = publish(alpha, token.consent, network.beta)
    sent = network.beta.seal(alpha, BodyFetch(log=alpha.log, start=0, end=99))
    delivery = Delivery(
        fetch=sent.signed.digest.hex(), to=network.beta.id, tokens=(network.new_id(),)
    )
    reserved = delivery.tokens[0]
    alpha.fetches.append(rows.FetchRecord(doc=sent.signed.to_wire()))
    alpha.entry(delivery)
    opening = alpha.openings[later.id]
    leaf = alpha.leaves[later.place.index].model_copy(update={"id": reserved})
    place = alpha.append(leaf, opening)
    alpha.tokens.append(Token(place, network.beta, later.consent, later.evidence, later.salts))
    alpha.delivered.add(reserved)
    assert found(alpha) == [Code.DELIVERED_ELSEWHERE]


def test_delivery_that_nobody_asked_for(network: Network, token: Token) -> None:
    alpha = network.alpha
    alpha.entry(Delivery(fetch="00" * 32, to=network.beta.id, tokens=(token.id,)))
    alpha.delivered.add(token.id)
    assert found(alpha) == [Code.FETCH_MISSING]


def test_delivery_on_anothers_request(network: Network, token: Token) -> None:
    alpha = network.alpha
    sent = network.gamma.seal(alpha, BodyFetch(log=alpha.log, start=0, end=9))
    alpha.fetches.append(rows.FetchRecord(doc=sent.signed.to_wire()))
    alpha.entry(Delivery(fetch=sent.signed.digest.hex(), to=network.beta.id, tokens=(token.id,)))
    alpha.delivered.add(token.id)
    assert found(alpha) == [Code.FETCH]


def test_delivery_beyond_what_was_asked(network: Network, token: Token) -> None:
    alpha = network.alpha
    sent = network.beta.seal(alpha, BodyFetch(log=alpha.log, start=0, end=2))
    alpha.fetches.append(rows.FetchRecord(doc=sent.signed.to_wire()))
    alpha.entry(Delivery(fetch=sent.signed.digest.hex(), to=network.beta.id, tokens=(token.id,)))
    alpha.delivered.add(token.id)
    assert found(alpha) == [Code.FETCH]


def test_request_without_a_delivery(network: Network) -> None:
    alpha = network.alpha
    sent = network.beta.seal(alpha, BodyFetch(log=alpha.log, start=0, end=9))
    alpha.fetches.append(rows.FetchRecord(doc=sent.signed.to_wire()))
    assert found(alpha) == [Code.FETCH]


def test_same_request_may_be_answered_twice(network: Network, token: Token) -> None:
    # The first answer was lost on its way.
    alpha = network.alpha
    fetch(alpha, network.beta, [token])
    delivery = Delivery.from_json(alpha.openings[alpha.leaves[-1].id].ev)
    alpha.fetches.append(alpha.fetches[-1])
    alpha.entry(delivery)
    assert found(alpha) == []


def test_overdue_deletion_is_a_finding_against_the_peer(network: Network, token: Token) -> None:
    fetch(network.alpha, network.beta, [token])
    withdraw(network.alpha, token.consent)
    assert found(network.alpha) == [Code.OVERDUE]
    delete(network.alpha, token)
    assert found(network.alpha) == []


def test_deletion_that_is_not_due_yet(network: Network, token: Token) -> None:
    fetch(network.alpha, network.beta, [token])
    withdraw(network.alpha, token.consent)
    assert found(network.alpha, records(network.alpha, exported=NOW + 60)) == []


@pytest.mark.parametrize(
    ("now", "state"),
    [(2 * DAY_S - 1, State.DELIVERED), (2 * DAY_S, State.OVERDUE)],
)
def test_receipt_is_due_sla_after_the_day_of_the_withdrawal(now: int, state: State) -> None:
    assert (
        cell_state(
            is_delivered=True,
            is_deleted=False,
            withdrawn="1970-01-01",
            not_after=9 * DAY_S,
            sla_s=DAY_S,
            now=now,
        )
        is state
    )


@pytest.mark.parametrize(("now", "state"), [(9, State.DELIVERED), (10, State.OVERDUE)])
@pytest.mark.parametrize("withdrawn", [None, "1970-01-02"])
def test_receipt_is_due_sla_after_the_end_of_the_token(
    now: int, state: State, withdrawn: str | None
) -> None:
    assert (
        cell_state(
            is_delivered=True,
            is_deleted=False,
            withdrawn=withdrawn,
            not_after=5,
            sla_s=5,
            now=now,
        )
        is state
    )


def test_state_that_the_log_does_not_bear_out(network: Network, token: Token) -> None:
    fetch(network.alpha, network.beta, [token])
    network.alpha.deleted.add(token.id)
    assert found(network.alpha) == [Code.DELIVERY_STATE]


def test_row_of_no_token(network: Network, token: Token) -> None:
    written = [
        record.model_copy(update={"token": "ff" * 16})
        if isinstance(record, rows.DeliveryRecord)
        else record
        for record in records(network.alpha)
    ]
    assert token.id != "ff" * 16
    assert found(network.alpha, written) == [Code.DELIVERY_ROW, Code.DELIVERY_ROW]


def test_what_was_proposed_for_was_received(network: Network, token: Token) -> None:
    alpha, beta = network.alpha, network.beta
    fetch(alpha, beta, [token])
    own = consent(beta, person(beta), [alpha])
    earning = publish(beta, own, alpha)
    fetch(beta, alpha, [earning])
    count(beta, earning)
    Reveal(alpha, beta, token).propose()
    assert found(beta) == []
    beta.received.clear()
    assert found(beta) == [Code.RECEIVED]
    alpha.received.clear()
    assert found(alpha) == [Code.RECEIVED]


def test_what_was_destroyed_was_received(network: Network, token: Token) -> None:
    fetch(network.alpha, network.beta, [token])
    withdraw(network.alpha, token.consent)
    delete(network.alpha, token)
    network.beta.received.clear()
    assert found(network.beta) == [Code.RECEIVED]
