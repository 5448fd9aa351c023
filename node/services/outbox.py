"""Envelopes on their way out: queued in the transaction of their cause (PROTOCOL 3)."""

from dataclasses import dataclass, field
from datetime import timedelta

from crypto.ed25519 import SigningKey
from node.clock import Clock, seconds
from node.services.log import Log
from node.storage import envelopes
from node.storage.database import Tx
from node.storage.members import Members
from protocol.delivery import DocIn, DocOut
from protocol.document import Signed, sign
from protocol.envelope import At, Envelope, EnvelopeAnswer
from protocol.identifiers import EnvelopeId, KeyId, MemberId, new_id
from protocol.messages import Message
from protocol.problem import Refusal, refusal

LIFE = timedelta(days=7)  # of an envelope to which the protocol gives no earlier end


@dataclass(frozen=True, slots=True)
class Outbox:
    """Signs with this node's `document` key and keeps what is to be delivered."""

    clock: Clock
    members: Members
    me: MemberId
    log: Log
    key_id: KeyId
    key: SigningKey = field(repr=False)

    def end(self) -> int:
        """Return the Unix seconds at which an envelope put now ends."""
        return seconds(self.clock.now() + LIFE)

    def put(
        self,
        tx: Tx,
        to: MemberId,
        body: Message,
        *,
        ref: str | None = None,
        exp: int | None = None,
        sealed: bytes | None = None,
        envelope_id: str | None = None,
    ) -> Envelope:
        """Queue an envelope with its `doc.out` leaf; it goes once that leaf is published."""
        directory = self.members.directory(tx)
        size = self.log.size(tx)
        envelope = Envelope(
            v=1,
            cs=directory.cs,
            kind=body.KIND,
            id=envelope_id or new_id(),
            sender=self.me,
            to=to,
            mv=directory.current.version,
            iat=seconds(self.clock.now()),
            exp=exp,
            at=At(log=self.log.origin, size=size),
            ref=ref,
            body=body.to_json(),
        )
        signed = self.sign(envelope.canonical())
        entry = self.log.entry(tx, _out(envelope, signed))
        envelopes.put(tx, envelope, signed.encode(), sealed=sealed, at_size=size, entry_id=entry.id)
        return envelope

    def ask(self, tx: Tx, to: MemberId, body: Message, *, exp: int) -> tuple[Envelope, Signed]:
        """Return a signed envelope that leaves no entry (`body.fetch`)."""
        directory = self.members.directory(tx)
        envelope = Envelope(
            v=1,
            cs=directory.cs,
            kind=body.KIND,
            id=new_id(),
            sender=self.me,
            to=to,
            mv=directory.current.version,
            iat=seconds(self.clock.now()),
            exp=exp,
            at=At(log=self.log.origin, size=self.log.size(tx)),
            body=body.to_json(),
        )
        return envelope, self.sign(envelope.canonical())

    def receive(self, tx: Tx, envelope: Envelope, signed: Signed) -> Signed:
        """Log the `doc.in` of an envelope that is being applied; return the signed answer."""
        entry = self.log.entry(
            tx,
            DocIn(
                type=envelope.kind,
                sha256=signed.digest.hex(),
                sig_sha256=signed.sigs_digest.hex(),
            ),
        )
        answer = EnvelopeAnswer(
            id=envelope.id, sha256=signed.digest.hex(), entry=entry.id, day=self.log.today(tx)
        )
        reply = self.sign(answer.canonical())
        envelopes.put_incoming(tx, envelope, signed.encode(), reply.encode(), entry_id=entry.id)
        return reply

    def refuse(self, kind: str, envelope: Envelope) -> Signed:
        """Return the signed document that settles a final refusal."""
        document: Refusal = refusal(kind, envelope)
        return self.sign(document.canonical())

    def sign(self, document: bytes) -> Signed:
        """Return a document signed by this node's `document` key."""
        return sign(document, [(self.key_id, self.key)])


def _out(envelope: Envelope, signed: Signed) -> DocOut:
    return DocOut(
        type=envelope.kind, sha256=signed.digest.hex(), sig_sha256=signed.sigs_digest.hex()
    )


def envelope_id(envelope: Envelope) -> EnvelopeId:
    """Return the id under which later messages refer to an envelope."""
    return EnvelopeId(envelope.id)
