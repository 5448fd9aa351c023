"""Tokens beyond what their consent allows."""

import pytest

from protocol.audit.finding import Code
from protocol.consent import ConsentGive
from protocol.fields import TokenField
from protocol.leaf_place import LeafPlace
from protocol.level import Level
from protocol.log import leaf as leaves
from tests.protocol.audit.acts import END, consent, end_tokens, person, publish, publish_as
from tests.protocol.audit.honest_bundle import found
from tests.protocol.audit.small_network import DAY, Consent, Network


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def given(network: Network) -> Consent:
    return consent(network.alpha, person(network.alpha), [network.beta])


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        ({"fields": (TokenField.OCCUPATION, TokenField.SKILLS)}, Code.TOKEN_FIELDS),
        ({"key": "00" * 32}, Code.TOKEN_KEY),
        ({"consent": "00" * 32}, Code.TOKEN_CONSENT),
        ({"level": Level.E0}, Code.TOKEN_TERMS),
        ({"not_after": END + 1}, Code.TOKEN_TERMS),
        ({"mode": "agency"}, Code.TOKEN_TERMS),
        ({"replaces": "ff" * 16}, Code.TOKEN_REPLACES),
    ],
    ids=lambda part: next(iter(part)) if isinstance(part, dict) else part,
)
def test_token_outside_its_consent(
    network: Network, given: Consent, edits: dict[str, object], code: Code
) -> None:
    token = publish(network.alpha, given, network.beta)
    evidence = token.evidence.model_copy(update=edits)
    publish_as(network.alpha, given, network.beta, evidence, token.salts)
    assert found(network.alpha) == [code]


def test_token_for_a_member_that_the_consent_does_not_name(
    network: Network, given: Consent
) -> None:
    token = publish(network.alpha, given, network.beta)
    evidence = token.evidence.model_copy(update={"to": network.gamma.id})
    publish_as(network.alpha, given, network.gamma, evidence, token.salts)
    assert found(network.alpha) == [Code.TOKEN_RECEIVER]


def test_token_on_a_consent_of_another_person(network: Network, given: Consent) -> None:
    other = consent(network.alpha, person(network.alpha), [network.beta])
    token = publish(network.alpha, given, network.beta)
    publish_as(network.alpha, other, network.beta, token.evidence, token.salts)
    assert found(network.alpha) == [Code.TOKEN_CONSENT]


def test_token_before_its_consent(network: Network, given: Consent) -> None:
    alpha = network.alpha
    statement = given.statement.model_copy(update={"record": network.new_id()})
    place = LeafPlace(log=alpha.log, index=len(alpha.entries) + 1, id=network.new_id())
    later = Consent(place, given.person, statement, given.receivers)
    publish(alpha, later, network.beta)
    signature = alpha.sign_statement(statement, given.person)
    alpha.entry(ConsentGive(statement=statement, signature=signature), place.id)
    alpha.consents.append(later)
    assert found(alpha) == [Code.TOKEN_EARLY]


def test_e0_token_has_no_key(network: Network) -> None:
    alpha = network.alpha
    given = consent(alpha, person(alpha, has_key=False), [network.beta])
    token = publish(alpha, given, network.beta)
    assert found(alpha) == []
    token.salts = token.salts.model_copy(update={"key": "00" * 32})
    assert found(alpha) == [Code.TOKEN_KEY]


def test_decoy_has_no_salt_of_a_key(network: Network, given: Consent) -> None:
    token = publish(network.alpha, given, network.gamma)
    token.salts = token.salts.model_copy(update={"key": "00" * 32})
    assert found(network.alpha) == [Code.TOKEN_KEY]


def test_new_token_replaces_one_that_has_ended(network: Network, given: Consent) -> None:
    alpha = network.alpha
    old = publish(alpha, given, network.beta)
    publish(alpha, given, network.beta, replaces=old.id)
    assert found(alpha) == [Code.TOKEN_REPLACES]
    end_tokens(alpha, given)
    publish(alpha, given, network.beta, replaces=old.id)
    assert found(alpha) == [Code.TOKEN_REPLACES]


def test_token_that_has_no_row_is_judged_no_further(network: Network, given: Consent) -> None:
    token = publish(network.alpha, given, network.beta)
    network.alpha.tokens.remove(token)
    assert found(network.alpha) == [Code.DELIVERY_ROW, Code.TOKEN_ROW]


def test_withdrawal_of_what_was_never_published(network: Network) -> None:
    alpha = network.alpha
    alpha.append(leaves.withdraw(network.new_id(), [alpha.leaves[0].id], DAY, 1))
    alpha.append(leaves.withdraw(network.new_id(), [network.new_id()], DAY, 1))
    assert found(alpha) == [Code.WITHDRAWAL, Code.WITHDRAWAL]


def test_second_withdrawal_of_a_token(network: Network, given: Consent) -> None:
    alpha = network.alpha
    token = publish(alpha, given, network.beta)
    end_tokens(alpha, given)
    alpha.append(leaves.withdraw(network.new_id(), [token.id], DAY, 1))
    assert found(alpha) == [Code.WITHDRAWAL]


def test_withdrawal_before_the_publication(network: Network, given: Consent) -> None:
    alpha = network.alpha
    place = len(alpha.entries)
    token = publish(alpha, given, network.beta)
    # The same leaves in the other order, as a node would have logged them.
    leaf, opening = alpha.leaves[place], alpha.openings[token.id]
    other = Network()
    given = consent(other.alpha, person(other.alpha), [other.beta])
    other.alpha.append(leaves.withdraw(other.new_id(), [leaf.id], DAY, 1))
    other.alpha.append(leaf, opening)
    moved = LeafPlace(log=token.place.log, index=place + 1, id=leaf.id)
    token.place, token.consent, token.withdrawn = moved, given, DAY
    other.alpha.tokens.append(token)
    assert Code.WITHDRAWAL in found(other.alpha)
