"""Documents that do not follow from the trusted fingerprint."""

import pytest

from protocol.audit import records as rows
from protocol.audit.finding import Code, ReadProblem
from protocol.audit.records import ConsortiumRecord, DescriptorRecord, Record
from protocol.audit.verdict import verify
from protocol.document import sign
from tests.protocol.audit.honest_bundle import found, records, signed_bundle
from tests.protocol.audit.small_network import Network, Node
from tests.protocol.companies import ALPHA, BETA, GAMMA


@pytest.fixture
def network() -> Network:
    return Network()


def with_documents(node: Node, kind: type[Record], *documents: Record) -> list[Record]:
    """Return the records of *node* with other documents of that *kind*."""
    written = records(node)
    place = next(at for at, item in enumerate(written) if isinstance(item, kind))
    kept = [record for record in written if not isinstance(record, kind)]
    return [*kept[:place], *documents, *kept[place:]]


def test_second_version_comes_with_the_votes_of_both_boards(network: Network) -> None:
    network.add_version()
    network.accept(network.alpha, network.versions[1])
    assert found(network.alpha) == []
    written = records(network.alpha)
    second = network.versions[1].canonical()
    one_vote = ConsortiumRecord(doc=sign(second, [ALPHA.signer("board")]).to_wire())
    assert found(
        network.alpha, with_documents(network.alpha, ConsortiumRecord, written[1], one_vote)
    ) == [Code.MEMBERSHIP_CHAIN, Code.MEMBERSHIP_MISSING]


def test_descriptor_of_a_stranger(network: Network) -> None:
    stranger = GAMMA.descriptor(network.cs).model_copy(update={"member": "ff" * 16})
    record = DescriptorRecord(doc=GAMMA.signed("org", stranger.canonical()).to_wire())
    own = [item for item in records(network.alpha) if isinstance(item, DescriptorRecord)]
    written = with_documents(network.alpha, DescriptorRecord, *own, record)
    assert found(network.alpha, written) == [Code.DESCRIPTOR]


def test_descriptor_that_another_member_signed(network: Network) -> None:
    forged = BETA.signed("org", GAMMA.descriptor(network.cs).canonical()).to_wire()
    own = [item for item in records(network.alpha) if isinstance(item, DescriptorRecord)]
    written = with_documents(network.alpha, DescriptorRecord, *own, DescriptorRecord(doc=forged))
    assert found(network.alpha, written) == [Code.DESCRIPTOR]


def test_member_that_moved_stays_described_at_its_old_host(network: Network) -> None:
    members = network.versions[0].members
    moved = members[2].model_copy(update={"url": "https://moved.example.jp"})
    network.add_version(members=(*members[:2], moved))
    network.accept(network.alpha, network.versions[1])
    assert found(network.alpha) == []


def test_descriptors_stand_in_order(network: Network) -> None:
    own = [item for item in records(network.alpha) if isinstance(item, DescriptorRecord)]
    written = with_documents(network.alpha, DescriptorRecord, *reversed(own))
    verdict = verify(signed_bundle(network.alpha, written), network.cs)
    assert [item.problem for item in verdict.unreadable] == [ReadProblem.ORDER]
    assert verdict.exit_status == 2


def test_bundle_of_a_node_that_nobody_describes(network: Network) -> None:
    own = [
        item
        for item, company in zip(
            [item for item in records(network.alpha) if isinstance(item, rows.DescriptorRecord)],
            sorted((ALPHA, BETA, GAMMA), key=lambda company: company.id),
            strict=True,
        )
        if company is not ALPHA
    ]
    written = with_documents(network.alpha, DescriptorRecord, *own)
    assert found(network.alpha, written) == [Code.DESCRIPTOR_MISSING, Code.FILE_SIGNATURE]
