"""The order of records within a kind."""

from functools import cache

import pytest

from protocol.audit.finding import ReadProblem, Unreadable
from protocol.audit.records import FetchRecord, Record
from protocol.audit.verdict import verify
from tests.protocol.audit.acts import Reveal, count, earn, fetch, offer, publish
from tests.protocol.audit.honest_bundle import records, signed_bundle
from tests.protocol.audit.small_network import Network, Node


@cache
def busy() -> Node:
    """Return a node that has two records at least of every kind that can have more."""
    network = Network()
    alpha, beta, gamma = network.alpha, network.beta, network.gamma
    for issuer in (beta, gamma):
        earn(gamma, alpha)
        earn(beta, issuer if issuer is gamma else alpha)
        token = offer(network)
        count(alpha, token)
        Reveal(alpha, beta, token).whole()
        publish(alpha, token.consent, gamma)
    fetch(alpha, beta, [alpha.tokens[0]])
    return alpha


def reversed_kind(node: Node, kind: str) -> list[Record]:
    """Return the records of *node* with those of one kind backwards."""
    written = records(node)
    places = [at for at, record in enumerate(written) if record.t == kind]
    assert len(places) > 1
    backwards = [written[at] for at in reversed(places)]
    for at, record in zip(places, backwards, strict=True):
        written[at] = record
    return written


@pytest.mark.parametrize(
    "kind",
    ["body", "consent", "token", "out", "in", "fetch", "foreign", "delivery", "received"],
)
def test_record_out_of_place_could_not_be_checked(kind: str) -> None:
    node = busy()
    verdict = verify(signed_bundle(node, reversed_kind(node, kind)), node.network.cs)
    assert Unreadable(ReadProblem.ORDER, kind) in verdict.unreadable
    assert verdict.exit_status


def test_records_in_place_are_read() -> None:
    node = busy()
    verdict = verify(signed_bundle(node), node.network.cs)
    assert (verdict.findings, verdict.unreadable) == ((), ())


def test_request_of_no_delivery_is_no_matter_of_order() -> None:
    node = busy()
    written = [record for record in records(node) if not isinstance(record, FetchRecord)]
    assert verify(signed_bundle(node, written), node.network.cs).unreadable == ()
