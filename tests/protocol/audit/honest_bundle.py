"""The audit bundle that an honest node of the small network exports."""

from collections.abc import Iterable, Iterator

from crypto.encoding import b64url_encode
from protocol.audit import records as rows
from protocol.audit.bundle import write
from protocol.audit.checks_delivery import cell_state
from protocol.audit.finding import Code
from protocol.audit.records import Record
from protocol.audit.verdict import verify
from protocol.day import day_of
from protocol.document import sign
from tests.protocol.audit.small_network import FIELDS, Consent, Network, Node
from tests.protocol.companies import DAY_S, FOUNDERS, NOW


def records(node: Node, *, exported: int = NOW + 3 * DAY_S) -> list[Record]:
    """Return the records of *node*'s bundle, as an honest exporter writes them."""
    network = node.network
    return [
        rows.HeaderRecord(exported=exported, node=node.id, trust=network.cs),
        *_membership(network),
        *(rows.EntryRecord(e=b64url_encode(entry)) for entry in node.entries),
        rows.NoteRecord(note=node.head().encode().decode()),
        *(rows.BodyRecord.of(leaf.id, node.openings[leaf.id]) for leaf in node.leaves if leaf.c),
        *(_consent(given) for given in node.consents),
        *(
            rows.TokenRecord(id=token.id, consent=token.consent.place.id, salts=token.salts)
            for token in node.tokens
        ),
        *node.outs.values(),
        *node.ins.values(),
        *node.fetches,
        *node.foreign,
        *_deliveries(node, exported),
        *(node.received[name] for name in sorted(node.received)),
        *(
            rows.NullifierRecord(nullifier=who.nullifier, person=who.alias)
            for who in sorted(node.people, key=lambda who: who.nullifier)
        ),
        rows.BalanceRecord(
            size=len(node.entries), **node.ledger.balance(day_of(exported)).to_json()
        ),
    ]


def signed_bundle(node: Node, written: Iterable[Record] | None = None) -> bytes:
    """Return the bundle of *node*, of its own records unless others are given."""
    return write(records(node) if written is None else written, node.company.key("document"))


def found(node: Node, written: Iterable[Record] | None = None) -> list[Code]:
    """Return the codes of what an auditor finds, each as often as it is found."""
    return [item.code for item in verify(signed_bundle(node, written), node.network.cs).findings]


def _membership(network: Network) -> Iterator[Record]:
    boards = [company.signer("board") for company in FOUNDERS[:2]]
    for version in network.versions:
        yield rows.ConsortiumRecord(doc=sign(version.canonical(), boards).to_wire())
    for node in sorted(network.nodes.values(), key=lambda other: other.id):
        described = node.company.descriptor(network.cs).canonical()
        yield rows.DescriptorRecord(doc=node.company.signed("org", described).to_wire())


def _consent(given: Consent) -> Record:
    return rows.ConsentRecord(
        id=given.place.id,
        person=given.person.alias,
        receivers=tuple(
            rows.ReceiverRow(member=member, salt=salt.hex(), fields=FIELDS)
            for member, salt in sorted(given.receivers.items())
        ),
    )


def _deliveries(node: Node, exported: int) -> Iterator[Record]:
    for token in sorted(node.tokens, key=lambda token: token.place.index):
        if not token.evidence.decoy:
            yield rows.DeliveryRecord(
                token=token.id,
                to=token.to.id,
                state=cell_state(
                    is_delivered=token.id in node.delivered,
                    is_deleted=token.id in node.deleted,
                    withdrawn=token.withdrawn,
                    not_after=token.evidence.not_after,
                    sla_s=node.network.versions[-1].params.sla_s,
                    now=exported,
                ),
            )
