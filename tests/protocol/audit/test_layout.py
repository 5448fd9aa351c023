"""Records put to their leaves: bodies that open nothing, twice, or in another version's words."""

import pytest

from crypto.encoding import b64url_encode
from protocol.audit import records as rows
from protocol.audit.finding import Code, ReadProblem, Unreadable
from protocol.audit.records import BodyRecord, EntryRecord, PastRecord, Record
from protocol.audit.verdict import verify
from protocol.body import Opening
from protocol.ledger import Figures
from protocol.log import leaf as leaves
from tests.protocol.audit.acts import consent, person
from tests.protocol.audit.honest_bundle import found, records, signed_bundle
from tests.protocol.audit.small_network import DAY, Network, Node


@pytest.fixture
def network() -> Network:
    network = Network()
    consent(network.alpha, person(network.alpha), [network.beta])
    return network


def with_bodies(node: Node, *bodies: Record) -> list[Record]:
    """Return the records of *node* with other bodies."""
    written = [record for record in records(node) if not isinstance(record, BodyRecord)]
    place = next(at for at, item in enumerate(written) if isinstance(item, rows.ConsentRecord))
    return [*written[:place], *bodies, *written[place:]]


def log(node: Node, opening: Opening, kind: str = "entry") -> None:
    """Append a leaf for whatever *opening* holds."""
    make = leaves.entry if kind == "entry" else leaves.ledger
    leaf = make(node.network.new_id(), opening.commitment().hex(), DAY, 1)
    node.append(leaf, opening)


def test_body_of_another_leaf(network: Network) -> None:
    opening = Opening.make({"kind": "undo", "accept": "00" * 16}, {})
    leaf_id = network.alpha.leaves[-1].id
    codes = found(network.alpha, with_bodies(network.alpha, BodyRecord.of(leaf_id, opening)))
    assert codes == [Code.BODY_MISSING, Code.BODY_OPENING, Code.CONSENT_ROW]


def test_body_that_is_too_large(network: Network) -> None:
    log(network.alpha, Opening.make({"kind": "undo", "accept": "x" * 300_000}, {}))
    assert found(network.alpha) == [Code.BODY_MISSING, Code.BODY_OPENING]


def test_two_bodies_of_one_leaf(network: Network) -> None:
    leaf_id = network.alpha.leaves[-1].id
    record = BodyRecord.of(leaf_id, network.alpha.openings[leaf_id])
    assert found(network.alpha, with_bodies(network.alpha, record, record)) == [Code.BODY_TWICE]
    both = with_bodies(network.alpha, record, PastRecord(id=leaf_id))
    assert found(network.alpha, both) == [Code.BODY_TWICE]


def test_body_of_a_leaf_that_has_none(network: Network) -> None:
    leaf_id = network.alpha.leaves[-1].id
    opening = network.alpha.openings[leaf_id]
    for stray in (
        BodyRecord.of(network.alpha.leaves[0].id, opening),
        PastRecord(id=network.alpha.leaves[0].id),
    ):
        written = with_bodies(network.alpha, stray, BodyRecord.of(leaf_id, opening))
        assert found(network.alpha, written) == [Code.BODY_UNKNOWN]


@pytest.mark.parametrize("ev", [{"kind": "undo"}, {"kind": "undo", "accept": "nobody"}])
def test_evidence_of_another_form(network: Network, ev: dict[str, str]) -> None:
    log(network.alpha, Opening.make({**ev}, {}))
    assert found(network.alpha) == [Code.BODY_FORM]


@pytest.mark.parametrize("ev", [{"kind": "consent.narrow"}, {"kind": 7}, {}])
def test_evidence_of_another_version_could_not_be_checked(
    network: Network, ev: dict[str, str | int]
) -> None:
    log(network.alpha, Opening.make({**ev}, {}))
    verdict = verify(signed_bundle(network.alpha), network.cs)
    place = Unreadable(ReadProblem.UNKNOWN_LEAF, network.alpha.leaves[-1].id)
    assert (verdict.findings, verdict.unreadable) == ((), (place,))
    assert verdict.exit_status == 2


@pytest.mark.parametrize("ev", [{"kind": "wish"}, {"kind": "hold"}])
def test_ledger_body_of_another_form_is_void(network: Network, ev: dict[str, str]) -> None:
    alpha = network.alpha
    alpha.write(Figures(quarter="2026-Q3", openings=0, applications=0, hires=0))
    log(alpha, Opening.make({**ev}, {}), "ledger")
    verdict = verify(signed_bundle(alpha), network.cs)
    assert {item.code for item in verdict.findings} == {Code.LEDGER_VOID, Code.BALANCE}
    assert verdict.unreadable == ()


def test_leaf_of_another_version_could_not_be_checked(network: Network) -> None:
    alpha = network.alpha
    written: list[Record] = list(records(alpha))
    last = max(at for at, item in enumerate(written) if isinstance(item, EntryRecord))
    written.insert(last + 1, EntryRecord(e=b64url_encode(b'{"kind":"key.rotate"}')))
    verdict = verify(signed_bundle(alpha, written), network.cs)
    place = Unreadable(ReadProblem.UNKNOWN_LEAF, str(len(alpha.entries)))
    assert verdict.unreadable == (place,)


def test_repeated_id_is_found(network: Network) -> None:
    network.alpha.append(network.alpha.leaves[-1])
    assert Code.ID_REPEATED in found(network.alpha)
