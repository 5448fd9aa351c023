"""Evidence that is missing without having reached the end of its retention."""

import pytest

from protocol.audit import records as rows
from protocol.audit.finding import Code
from protocol.audit.records import BodyRecord, PastRecord, Record
from protocol.ledger import Figures
from tests.protocol.audit.acts import consent, person, publish
from tests.protocol.audit.honest_bundle import found, records
from tests.protocol.audit.small_network import Network, Node
from tests.protocol.companies import DAY_S, NOW

YEAR_S = 365 * DAY_S


@pytest.fixture
def network() -> Network:
    return Network()


def without(node: Node, leaf_ids: set[str], exported: int) -> list[Record]:
    """Return the records of *node* with these leaves listed as past retention."""
    written: list[Record] = []
    for record in records(node, exported=exported):
        if isinstance(record, BodyRecord) and record.id in leaf_ids:
            written.append(PastRecord(id=record.id))
        elif not isinstance(record, rows.ConsentRecord | rows.TokenRecord) or (
            record.id not in leaf_ids
        ):
            written.append(record)
    return written


def test_evidence_goes_after_a_year_at_the_soonest(network: Network) -> None:
    alpha = network.alpha
    given = consent(alpha, person(alpha), [network.beta])
    ids = {given.place.id}
    assert found(alpha, without(alpha, ids, NOW + YEAR_S - DAY_S)) == [Code.PAST_TOO_EARLY]
    assert found(alpha, without(alpha, ids, NOW + YEAR_S + DAY_S)) == []


def test_ledger_body_has_no_end(network: Network) -> None:
    alpha = network.alpha
    place = alpha.write(Figures(quarter="2026-Q3", openings=1, applications=1, hires=0))
    assert found(alpha, without(alpha, {place.id}, NOW + 9 * YEAR_S)) == [Code.PAST_TOO_EARLY]


def test_consent_does_not_go_before_its_token(network: Network) -> None:
    alpha = network.alpha
    given = consent(alpha, person(alpha), [network.beta])
    token = publish(alpha, given, network.beta)
    late = NOW + YEAR_S + DAY_S
    assert Code.PAST_NEEDED in found(alpha, without(alpha, {given.place.id}, late))
    both = {given.place.id, token.id}
    assert found(alpha, without(alpha, both, late)) == []
