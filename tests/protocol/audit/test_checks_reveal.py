"""Reveals that an origin makes without, before or against the person's yes."""

import pytest

from protocol.audit.finding import Code
from protocol.consent import OriginSignature
from protocol.disclosure import Accept, Undo
from protocol.level import Level
from protocol.messages.reveal import RevealGive, RevealResult
from tests.protocol.audit.acts import Reveal, earn, offer, person, withdraw
from tests.protocol.audit.honest_bundle import found
from tests.protocol.audit.small_network import Network, Node


@pytest.fixture
def network() -> Network:
    network = Network()
    earn(network.beta, network.gamma)
    earn(network.beta, network.gamma)
    return network


@pytest.fixture
def reveal(network: Network) -> Reveal:
    return Reveal(network.alpha, network.beta, offer(network))


def sign_yes(
    reveal: Reveal, by: Node | None = None, edits: dict[str, object] | None = None
) -> None:
    """Log a yes that differs from the person's; *by* signs it with its document key."""
    reveal.accept()
    statement = reveal.statement.model_copy(update=edits or {})
    who = reveal.token.consent.person
    signature = reveal.origin.sign_statement(statement, who)
    if by is not None:
        keyless = person(by, has_key=False)
        signature = by.sign_statement(statement, keyless)
        by.people.remove(keyless)
        assert isinstance(signature, OriginSignature)
    reveal.yes = reveal.origin.entry(Accept(statement=statement, signature=signature))
    reveal.statement = statement


@pytest.mark.parametrize("has_key", [True, False])
def test_honest_reveal_is_sound_on_both_sides(network: Network, has_key: bool) -> None:  # noqa: FBT001 (a case)
    Reveal(network.alpha, network.beta, offer(network, has_key=has_key)).whole()
    assert found(network.alpha) == found(network.beta) == []


def test_origin_that_signs_the_yes_itself(reveal: Reveal) -> None:
    reveal.propose()
    sign_yes(reveal, reveal.origin)
    reveal.tell().spend().fetch().give()
    assert found(reveal.origin) == [Code.ACCEPT, Code.GIVE_ACCEPTANCE]


def test_origin_that_downgrades_the_yes(reveal: Reveal) -> None:
    reveal.propose()
    sign_yes(reveal, reveal.origin, {"level": Level.E0})
    reveal.tell().spend().fetch().give()
    assert found(reveal.origin) == [Code.ACCEPT, Code.GIVE_ACCEPTANCE]


@pytest.mark.parametrize(
    "edits",
    [{"token": "ff" * 16}, {"to": "ff" * 16}, {"proposal": "ff" * 32}],
    ids=lambda edits: next(iter(edits)),
)
def test_yes_to_something_else(reveal: Reveal, edits: dict[str, object]) -> None:
    reveal.propose()
    sign_yes(reveal, edits=edits)
    assert found(reveal.origin) == [Code.ACCEPT]


def test_yes_before_it_was_asked_for(reveal: Reveal) -> None:
    reveal.ask().accept()
    reveal.origin.take(reveal.asked, reveal.receiver)
    reveal.tell().spend().fetch().give()
    assert found(reveal.origin) == [Code.ACCEPT, Code.GIVE_CHAIN]


def test_undo_of_no_yes(network: Network) -> None:
    network.alpha.entry(Undo(accept=network.new_id()))
    assert found(network.alpha) == [Code.UNDO]


def test_give_after_an_undo(reveal: Reveal) -> None:
    reveal.propose().accept().tell().undo()
    assert found(reveal.origin) == []
    reveal.spend().fetch().give()
    assert found(reveal.origin) == [Code.GIVE_UNDONE]


def test_undo_after_the_give_changes_nothing(reveal: Reveal) -> None:
    reveal.whole().undo()
    assert found(reveal.origin) == []


def test_give_after_the_withdrawal(reveal: Reveal) -> None:
    reveal.propose().accept().tell().spend().fetch()
    withdraw(reveal.origin, reveal.token.consent)
    reveal.give()
    assert Code.GIVE_WITHDRAWN in found(reveal.origin)


def test_withdrawal_after_the_give_changes_nothing(reveal: Reveal) -> None:
    reveal.whole()
    withdraw(reveal.origin, reveal.token.consent)
    assert found(reveal.origin) == [Code.OVERDUE]


def test_give_without_a_yes(reveal: Reveal) -> None:
    reveal.propose()
    sign_yes(reveal)
    given = reveal.statement
    reveal.tell().spend()
    reveal.statement = given.model_copy(update={"payload": "ff" * 32})
    reveal.fetch().give()
    assert found(reveal.origin) == [Code.GIVE_CHAIN]


def test_give_to_a_fetch_of_another_reveal(network: Network, reveal: Reveal) -> None:
    reveal.propose().accept().tell().spend().fetch()
    other = Reveal(network.alpha, network.beta, offer(network))
    other.propose().accept().tell().spend().fetch()
    other.fetched = reveal.fetched
    other.give()
    assert Code.GIVE_CHAIN in found(network.alpha)


def test_receiver_that_was_not_told(reveal: Reveal) -> None:
    reveal.propose().accept().spend().fetch().give()
    assert found(reveal.origin) == [Code.GIVE_ACCEPTANCE]


def test_receiver_that_was_told_after_it_fetched(reveal: Reveal) -> None:
    reveal.propose().accept().spend().fetch().tell().give()
    assert found(reveal.origin) == [Code.GIVE_ACCEPTANCE]


def test_hidden_give(reveal: Reveal) -> None:
    reveal.propose().accept().tell().spend().fetch()
    message = RevealGive(fetch=reveal.fetched.envelope.id, sealed_sha256="00" * 32)
    reveal.origin.send(reveal.receiver, message, ref=reveal.asked.envelope.id)
    assert found(reveal.origin) == [Code.GIVE_ENVELOPE]


def test_give_that_was_never_sent(reveal: Reveal) -> None:
    reveal.propose().accept().tell().spend().fetch().log_give()
    assert found(reveal.origin) == [Code.GIVE_ENVELOPE]


def test_envelope_before_its_give(reveal: Reveal) -> None:
    reveal.propose().accept().tell().spend().fetch()
    message = RevealGive(fetch=reveal.fetched.envelope.id, sealed_sha256="00" * 32)
    reveal.origin.send(reveal.receiver, message, ref=reveal.asked.envelope.id)
    reveal.log_give()
    assert found(reveal.origin) == [Code.GIVE_ENVELOPE]


def test_second_give_follows_a_receipt_that_the_first_did_not_open(reveal: Reveal) -> None:
    reveal.propose().accept().tell().spend().fetch().give()
    reveal.receipt(RevealResult.CANNOT_OPEN)
    reveal.fetch().give().receipt()
    assert found(reveal.origin) == found(reveal.receiver) == []


@pytest.mark.parametrize("result", [RevealResult.OK, RevealResult.MISMATCH])
def test_second_give_without_need(reveal: Reveal, result: RevealResult) -> None:
    reveal.propose().accept().tell().spend().fetch().give()
    reveal.receipt(result)
    reveal.fetch().give()
    assert found(reveal.origin) == [Code.GIVE_REPEATED]


def test_give_of_a_token_whose_row_is_missing(reveal: Reveal) -> None:
    reveal.propose().accept().tell().spend().fetch().give()
    reveal.origin.tokens.clear()
    assert Code.ACCEPT in found(reveal.origin)


def test_give_of_what_is_no_token(network: Network, reveal: Reveal) -> None:
    reveal.propose()
    reveal.token.place = reveal.token.consent.place
    other = Reveal(network.alpha, network.beta, reveal.token)
    other.propose().accept().tell().spend().fetch().give()
    codes = found(network.alpha)
    assert Code.ACCEPT in codes
    assert Code.GIVE_ACCEPTANCE in codes
