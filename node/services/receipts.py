"""The receipt of a consent, which its person can verify without us (PROTOCOL 6)."""

from dataclasses import dataclass

from crypto import canonical_json
from crypto.encoding import b64url_encode
from node.clock import seconds
from node.services.errors import NothingToDoError
from node.services.links import Visit
from node.services.outbox import Outbox
from node.services.publication import Publication
from node.storage import bodies, consents, members, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.consent import Consent
from protocol.audit import records as rows
from protocol.consent import ConsentGive
from protocol.consent_life import State
from protocol.document import Signed
from protocol.identifiers import MemberId
from protocol.log.leaf import Leaf
from protocol.membership import Consortium
from protocol.receipt import ConsentReceipt, Party, ReceiptFile, Receiver, Summary


@dataclass(frozen=True, slots=True)
class Receipts:
    """Makes the receipt of a person's newest consent, afresh each time."""

    db: Database
    members: Members
    me: MemberId
    publication: Publication
    outbox: Outbox

    def of(self, visit: Visit) -> bytes:
        """Return the receipt as one file, signed by the document key.

        Raises:
            NothingToDoError: the person gave no consent, or its leaf is not published yet.
        """
        with self.db.read() as tx:
            consent = consents.newest(tx, visit.person_id)
            if consent is None:
                raise NothingToDoError("no consent was given")
            receipt = self._receipt(tx, consent)
        return ReceiptFile.of(receipt, self.outbox.sign(receipt.canonical())).canonical()

    def _receipt(self, tx: Tx, consent: Consent) -> ConsentReceipt:
        directory = self.members.directory(tx)
        entry = trees.entry_of(tx, self.publication.origin, consent.id)
        opening = bodies.evidence(tx, self.me, consent.id)
        proof = self.publication.proof_in(tx, consent.id)
        if entry is None or opening is None or proof is None:
            raise NothingToDoError("the receipt is being made: come back in a minute")
        leaf = Leaf.parse(entry.payload)
        statement = ConsentGive.from_json(opening.ev).statement
        version = directory.version(leaf.mv)
        controller = Party.of(version.member(self.me))
        own_word = _receivers(consent, version), consent.people, State(consent.state)
        return ConsentReceipt(
            cs=directory.cs,
            issued=seconds(self.outbox.clock.now()),
            summary=Summary.of(leaf, statement, controller, *own_word),
            entry=b64url_encode(entry.payload),
            body=rows.BodyRecord.of(consent.id, opening),
            proof=b64url_encode(proof),
            consortium=tuple(
                rows.ConsortiumRecord(doc=Signed.parse(text).to_wire())
                for text in members.version_documents(tx)
            ),
            descriptors=tuple(
                rows.DescriptorRecord(doc=Signed.parse(text).to_wire())
                for text in members.descriptor_documents(tx)
            ),
        )


def _receivers(consent: Consent, version: Consortium) -> tuple[Receiver, ...]:
    """Return who was chosen, with what opens each line of the statement."""
    named = canonical_json.loads(consent.receivers)
    chosen = [
        rows.ReceiverRow.from_json(row)
        for row in (named if isinstance(named, list) else [])
        if isinstance(row, dict) and "salt" in row
    ]
    return tuple(
        Receiver(party=Party.of(version.member(MemberId(row.member))), opening=row)
        for row in sorted(chosen, key=lambda row: row.member)
    )
