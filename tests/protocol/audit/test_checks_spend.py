"""Credits that a receiver holds, spends or takes back without a reveal of its own behind it."""

import pytest

from protocol.audit.finding import Code
from protocol.ledger import Figures, Hold, Release, Return
from protocol.reveal import Returned, ReturnReason
from tests.protocol.audit.acts import NOT_AFTER, Reveal, earn, offer
from tests.protocol.audit.honest_bundle import found, records
from tests.protocol.audit.small_network import Network
from tests.protocol.companies import DAY_S


@pytest.fixture
def network() -> Network:
    network = Network()
    earn(network.beta, network.gamma)
    earn(network.beta, network.gamma)
    return network


@pytest.fixture
def reveal(network: Network) -> Reveal:
    return Reveal(network.alpha, network.beta, offer(network))


def test_hold_without_a_proposal(network: Network) -> None:
    network.beta.write(Hold(bind="00" * 32, until="2026-10-10"))
    assert found(network.beta) == [Code.HOLD_PROPOSAL]


def test_proposal_without_a_hold(network: Network, reveal: Reveal) -> None:
    reveal.propose()
    message = reveal.proposal.model_copy(
        update={"hold": reveal.proposal.hold.model_copy(update={"id": "ff" * 16})}
    )
    network.beta.send(network.alpha, message)
    assert found(network.beta) == [Code.HOLD_PROPOSAL]


def test_two_proposals_under_one_hold(network: Network, reveal: Reveal) -> None:
    reveal.propose()
    network.beta.send(network.alpha, reveal.proposal)
    assert found(network.beta) == [Code.HOLD_PROPOSAL]


def test_released_hold_is_sound(network: Network, reveal: Reveal) -> None:
    reveal.propose()
    network.beta.write(Release(hold=reveal.hold.id))
    assert found(network.beta) == []


def test_spend_that_still_may_be_answered(network: Network, reveal: Reveal) -> None:
    reveal.propose().accept().tell().spend().fetch()
    assert found(network.beta) == []


def test_spend_that_came_to_nothing(network: Network, reveal: Reveal) -> None:
    reveal.propose().accept().tell().spend().fetch()
    late = NOT_AFTER + 9 * DAY_S
    assert found(network.beta, records(network.beta, exported=late)) == [Code.SPEND_OPEN]
    reveal.give_back()
    assert found(network.beta, records(network.beta, exported=late)) == []


def test_fetch_under_a_spend_that_was_never_logged(network: Network, reveal: Reveal) -> None:
    reveal.propose().accept().tell()
    reveal.spent = reveal.hold.model_copy(update={"id": "ff" * 16})
    reveal.fetch()
    assert found(network.beta) == [Code.SPEND_UNKNOWN]


def test_spend_without_a_hold_is_void(network: Network, reveal: Reveal) -> None:
    reveal.propose().accept().tell()
    network.beta.write(Release(hold=reveal.hold.id))
    reveal.spend()
    assert found(network.beta) == [Code.LEDGER_VOID]


def test_return_has_its_reason(network: Network, reveal: Reveal) -> None:
    reveal.propose().accept().tell().spend().fetch()
    network.beta.write(Return(spend=reveal.spent.id))
    assert found(network.beta) == [Code.RETURN_UNEXPLAINED]


def test_reason_without_a_return_is_sound(network: Network, reveal: Reveal) -> None:
    # Where the cap forbids the return the reason is all that is logged.
    reveal.propose().accept().tell().spend().fetch()
    network.beta.entry(Returned(spend=reveal.spent.id, reason=ReturnReason.SILENT))
    assert found(network.beta) == []


def test_reason_for_no_spend(network: Network) -> None:
    place = network.beta.write(Figures(quarter="2026-Q3", openings=0, applications=0, hires=0))
    network.beta.entry(Returned(spend=place.id, reason=ReturnReason.BOUNCE))
    assert found(network.beta) == [Code.RETURN_UNEXPLAINED]
