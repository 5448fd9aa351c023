"""Gives that rest on no spend, on another's, or on one that another proposal has."""

from dataclasses import replace

import pytest

from crypto.encoding import b64url_decode, b64url_encode
from protocol.audit.finding import Code
from protocol.audit.records import ForeignRecord
from protocol.ledger import Figures, QuotedLeaf, Spend
from protocol.log.proof import InclusionProof
from protocol.reveal import GiveHead
from tests.protocol.audit.acts import Reveal, earn, offer
from tests.protocol.audit.honest_bundle import found
from tests.protocol.audit.small_network import Network


@pytest.fixture
def network() -> Network:
    network = Network()
    earn(network.beta, network.gamma)
    earn(network.beta, network.gamma)
    return network


@pytest.fixture
def reveal(network: Network) -> Reveal:
    reveal = Reveal(network.alpha, network.beta, offer(network))
    return reveal.propose().accept().tell().spend().fetch().give()


def quote(reveal: Reveal, *leaves_quoted: QuotedLeaf) -> None:
    """Put other leaves under the last give."""
    (hold, spend) = leaves_quoted
    reveal.origin.foreign[-1] = ForeignRecord(
        fetch=reveal.fetched.envelope.id, leaves=(hold, spend)
    )


def quoted(reveal: Reveal) -> tuple[QuotedLeaf, QuotedLeaf]:
    return reveal.origin.foreign[-1].leaves


def test_give_without_a_spend(reveal: Reveal) -> None:
    reveal.origin.foreign.clear()
    assert found(reveal.origin) == [Code.FOREIGN]


def test_spend_without_a_give(reveal: Reveal) -> None:
    reveal.origin.foreign.append(reveal.origin.foreign[0].model_copy(update={"fetch": "ff" * 16}))
    assert found(reveal.origin) == [Code.FOREIGN]


def test_head_may_be_newer_than_the_gives(reveal: Reveal) -> None:
    reveal.receipt()
    quote(reveal, reveal.receiver.quote(reveal.hold), reveal.receiver.quote(reveal.spent))
    assert found(reveal.origin) == []


def test_leaves_in_the_wrong_places(reveal: Reveal) -> None:
    hold, spend = quoted(reveal)
    quote(reveal, spend, hold)
    assert found(reveal.origin) == [Code.GIVE_SPEND]


def test_spend_of_another_hold(network: Network, reveal: Reveal) -> None:
    first = Reveal(network.alpha, network.beta, reveal.token).propose()
    spent = network.beta.write(Spend(hold=first.hold.id))
    second = Reveal(network.alpha, network.beta, reveal.token).propose().accept().tell()
    second.spent = spent
    second.fetch().give()
    assert found(network.alpha) == [Code.GIVE_SPEND]


def test_one_spend_under_two_proposals(network: Network, reveal: Reveal) -> None:
    second = Reveal(network.alpha, network.beta, reveal.token).propose().accept().tell()
    second.spent = reveal.spent
    second.fetch().give()
    assert found(network.alpha) == [Code.GIVE_SPEND]
    assert Code.SPEND_REPEATED in found(network.beta)


def test_hold_of_another_proposal(network: Network, reveal: Reveal) -> None:
    other = Reveal(network.alpha, network.beta, reveal.token).propose()
    quote(reveal, network.beta.quote(other.hold), quoted(reveal)[1])
    assert found(network.alpha) == [Code.GIVE_SPEND]


def test_spend_of_a_stranger(network: Network, reveal: Reveal) -> None:
    alpha = network.alpha
    place = alpha.write(Figures(quarter="2026-Q3", openings=1, applications=1, hires=0))
    hold, _ = quoted(reveal)
    quote(reveal, hold, alpha.quote(place))
    assert found(alpha) == [Code.GIVE_SPEND]


def test_leaf_that_is_no_ledger_leaf(reveal: Reveal) -> None:
    hold, spend = quoted(reveal)
    asked = next(leaf for leaf in reveal.receiver.leaves if leaf.kind == "entry")
    entry = spend.model_copy(update={"entry": b64url_encode(asked.canonical())})
    quote(reveal, hold, entry)
    assert found(reveal.origin) == [Code.GIVE_SPEND]


def test_give_whose_proposal_is_missing(reveal: Reveal) -> None:
    del reveal.origin.ins[reveal.asked.envelope.id]
    assert Code.GIVE_SPEND in found(reveal.origin)


def ready(network: Network) -> Reveal:
    reveal = Reveal(network.alpha, network.beta, offer(network))
    return reveal.propose().accept().tell().spend()


def test_spend_beyond_the_head_of_the_give(network: Network) -> None:
    reveal = ready(network).fetch()
    size = reveal.spent.index
    reveal.give(GiveHead(size=size, root=network.beta.root(size).hex()))
    assert found(network.alpha) == [Code.GIVE_SPEND]


def test_head_of_the_give_with_another_root(network: Network) -> None:
    reveal = ready(network).fetch()
    reveal.give(GiveHead(size=len(network.beta.entries), root="00" * 32))
    assert found(network.alpha) == [Code.GIVE_SPEND]


@pytest.mark.parametrize(
    "edits", [{"log": "gamma.example.jp/tasuki/v1/log/0001"}, {"index": 0}, {"id": "ff" * 16}]
)
def test_spend_at_another_place(network: Network, edits: dict[str, object]) -> None:
    reveal = ready(network)
    real = reveal.spent
    reveal.spent = real.model_copy(update=edits)
    reveal.fetch()
    reveal.give(shown=(network.beta.quote(reveal.hold), network.beta.quote(real)))
    assert found(network.alpha) == [Code.GIVE_SPEND]


def test_hold_that_does_not_open_to_the_proposal(network: Network) -> None:
    reveal = Reveal(network.alpha, network.beta, offer(network))
    reveal.propose("00" * 32).accept().tell().spend().fetch().give()
    assert found(network.alpha) == [Code.GIVE_SPEND]
    assert found(network.beta) == [Code.HOLD_PROPOSAL]


def test_proof_that_does_not_hold(reveal: Reveal) -> None:
    hold, spend = quoted(reveal)
    proof = InclusionProof.parse(b64url_decode(spend.proof))
    broken = replace(proof, hashes=proof.hashes[:-1])
    quote(reveal, hold, spend.model_copy(update={"proof": b64url_encode(broken.encode())}))
    assert found(reveal.origin) == [Code.GIVE_SPEND]
