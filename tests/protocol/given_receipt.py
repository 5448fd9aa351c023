"""An invented person's consent at alpha, and the receipt that alpha makes of it."""

from functools import cache

from protocol.audit import records as rows
from protocol.consent_life import State
from protocol.document import sign
from protocol.receipt import ConsentReceipt, Party, ReceiptFile, Receiver, Summary
from tests.protocol.audit.acts import consent, person
from tests.protocol.audit.honest_bundle import records
from tests.protocol.audit.small_network import FIELDS, Consent, Network, Node
from tests.protocol.companies import NOW

ISSUED = NOW + 60


def receipt_of(origin: Node, given: Consent) -> ConsentReceipt:
    """Return the receipt of a consent, as an honest origin makes it."""
    network, place = origin.network, given.place
    quoted, leaf = origin.quote(place), origin.leaves[place.index]
    documents = records(origin)
    by_id = {node.id: node for node in network.nodes.values()}
    chosen = tuple(
        Receiver(
            party=Party.of(by_id[member].company.member),
            opening=rows.ReceiverRow(member=member, salt=salt.hex(), fields=FIELDS),
        )
        for member, salt in sorted(given.receivers.items())
    )
    controller = Party.of(origin.company.member)
    return ConsentReceipt(
        cs=network.cs,
        issued=ISSUED,
        summary=Summary.of(leaf, given.statement, controller, chosen, 24, State.GIVEN),
        entry=quoted.entry,
        body=rows.BodyRecord.of(place.id, origin.openings[place.id]),
        proof=quoted.proof,
        consortium=tuple(item for item in documents if isinstance(item, rows.ConsortiumRecord)),
        descriptors=tuple(item for item in documents if isinstance(item, rows.DescriptorRecord)),
    )


def signed(origin: Node, receipt: ConsentReceipt) -> bytes:
    document = sign(receipt.canonical(), [origin.company.signer("document")])
    return ReceiptFile.of(receipt, document).canonical()


@cache
def agreed() -> tuple[Network, ConsentReceipt]:
    """Both peers were chosen by a person with a key; the log goes on after the consent."""
    network = Network()
    given = consent(network.alpha, person(network.alpha), [network.beta, network.gamma])
    consent(network.alpha, person(network.alpha), [network.beta])
    return network, receipt_of(network.alpha, given)
