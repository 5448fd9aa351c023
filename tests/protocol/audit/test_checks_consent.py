"""Consents that an origin invents, stretches, repeats or outlives."""

import pytest

from protocol.audit import records as rows
from protocol.audit.finding import Code
from protocol.consent import ConsentGive, ConsentWithdraw, PriorHead
from tests.protocol.audit.acts import consent, end_tokens, person, publish, withdraw
from tests.protocol.audit.honest_bundle import found, records
from tests.protocol.audit.small_network import Consent, Network, Node


@pytest.fixture
def network() -> Network:
    return Network()


def log_consent(origin: Node, given: Consent, **edits: object) -> None:
    """Log a consent again, some of it changed, signed as the person would."""
    statement = given.statement.model_copy(update=edits)
    give = ConsentGive(
        statement=statement, signature=origin.sign_statement(statement, given.person)
    )
    origin.consents.append(
        Consent(origin.entry(give), given.person, statement, dict(given.receivers))
    )


def test_consent_that_the_person_did_not_sign(network: Network) -> None:
    alpha = network.alpha
    given = consent(alpha, person(alpha), [network.beta])
    forged = given.statement.model_copy(update={"record": network.new_id()})
    give = ConsentGive(statement=forged, signature=alpha.sign_statement(forged, person(alpha)))
    alpha.consents.append(Consent(alpha.entry(give), given.person, forged, given.receivers))
    assert found(alpha) == [Code.CONSENT_SIGNATURE]


def test_consent_of_another_consortium(network: Network) -> None:
    given = consent(network.alpha, person(network.alpha), [network.beta])
    log_consent(network.alpha, given, cs="00" * 32)
    assert found(network.alpha) == [Code.CONSENT_SIGNATURE]


def test_consent_that_was_withdrawn_does_not_come_back(network: Network) -> None:
    alpha = network.alpha
    given = consent(alpha, person(alpha), [network.beta])
    publish(alpha, given, network.beta)
    withdraw(alpha, given)
    log_consent(alpha, given)
    assert found(alpha) == [Code.CONSENT_REPEATED]


@pytest.mark.parametrize(
    "edits",
    [{"size": 99}, {"root": "00" * 32}, {"origin": "beta.example.jp/tasuki/v1/log/0001"}],
    ids=["later", "another", "elsewhere"],
)
def test_consent_names_a_head_before_it(network: Network, edits: dict[str, object]) -> None:
    alpha = network.alpha
    given = consent(alpha, person(alpha), [network.beta])
    prior = given.statement.prior
    assert isinstance(prior, PriorHead)
    log_consent(alpha, given, prior=prior.model_copy(update=edits), record=network.new_id())
    assert found(alpha) == [Code.CONSENT_PRIOR]


def test_first_consent_has_no_head_before_it(network: Network) -> None:
    given = consent(network.alpha, person(network.alpha), [network.beta])
    log_consent(network.alpha, given, prior=None)
    assert found(network.alpha) == []


def test_consent_shows_how_many_members_there_are(network: Network) -> None:
    given = consent(network.alpha, person(network.alpha), [network.beta])
    short = given.statement.receivers[:1]
    given.receivers.clear()
    log_consent(network.alpha, given, receivers=short)
    assert found(network.alpha) == [Code.CONSENT_RECEIVER]


def test_receiver_that_the_consent_does_not_name(network: Network) -> None:
    alpha = network.alpha
    given = consent(alpha, person(alpha), [network.beta])
    given.receivers[network.gamma.id] = bytes(32)
    assert found(alpha) == [Code.CONSENT_RECEIVER]


def test_receiver_that_is_no_member(network: Network) -> None:
    alpha = network.alpha
    given = consent(alpha, person(alpha), [network.beta])
    given.receivers["ff" * 16] = bytes(32)
    assert found(alpha) == [Code.CONSENT_RECEIVER]


def test_row_of_no_consent(network: Network) -> None:
    given = consent(network.alpha, person(network.alpha), [network.beta])
    written = [
        record.model_copy(update={"id": "ff" * 16})
        if isinstance(record, rows.ConsentRecord)
        else record
        for record in records(network.alpha)
    ]
    assert given.place.id != "ff" * 16
    assert found(network.alpha, written) == [Code.CONSENT_ROW, Code.CONSENT_ROW]


def test_withdrawal_of_no_consent(network: Network) -> None:
    network.alpha.entry(ConsentWithdraw(consent=network.new_id()))
    assert found(network.alpha) == [Code.CONSENT_END]


def test_second_withdrawal(network: Network) -> None:
    alpha = network.alpha
    given = consent(alpha, person(alpha), [network.beta])
    publish(alpha, given, network.beta)
    withdraw(alpha, given)
    alpha.entry(ConsentWithdraw(consent=given.place.id))
    assert found(alpha) == [Code.CONSENT_END]


def test_withdrawal_that_leaves_a_token_alive(network: Network) -> None:
    alpha = network.alpha
    given = consent(alpha, person(alpha), [network.beta])
    publish(alpha, given, network.beta)
    alpha.entry(ConsentWithdraw(consent=given.place.id))
    assert found(alpha) == [Code.TOKEN_ALIVE]


def test_token_after_the_withdrawal_of_its_consent(network: Network) -> None:
    alpha = network.alpha
    given = consent(alpha, person(alpha), [network.beta])
    publish(alpha, given, network.gamma)
    withdraw(alpha, given)
    publish(alpha, given, network.beta)
    end_tokens(alpha, given)
    assert found(alpha) == [Code.TOKEN_LATE]
