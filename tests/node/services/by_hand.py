"""What one company of a consortium sends another by hand, beside its own courier."""

from node.storage import envelopes, trees
from protocol.document import Signed
from protocol.envelope import Envelope, Parcel
from protocol.http_signature import Response
from protocol.identifiers import EnvelopeId, new_id
from protocol.messages import Message
from protocol.messages.deletion import DeleteReceipt
from protocol.messages.referral import ReferralClaim
from protocol.problem import Problem
from tests.scenarios.consortium import Consortium, Member

LIFE_S = 600


def deletion() -> DeleteReceipt:
    """Return a message without an end that changes nothing where its token is unknown."""
    return DeleteReceipt(token=new_id(), c="0" * 64, day="2026-11-24")


def claim() -> ReferralClaim:
    """Return a message that is answered by another one."""
    return ReferralClaim(token=new_id(), nullifier_c="0" * 64, day="2026-11-24")


def now(consortium: Consortium) -> int:
    return int(consortium.clock.now().timestamp())


def queued(sender: Member, to: Member, message: Message, *, exp: int | None = None) -> Envelope:
    """Queue an envelope and publish its leaf; nothing is sent."""
    node = sender.node
    with node.own.db.begin() as tx:
        envelope = node.network.outbox.put(tx, to.id, message, exp=exp)
    node.network.log.publish()
    return envelope


def parcel(sender: Member, envelope: Envelope) -> bytes:
    """Return a queued envelope as it is posted."""
    with sender.node.own.db.read() as tx:
        row = envelopes.kept(tx, EnvelopeId(envelope.id))
        return Parcel(Signed.parse(row.document), row.sealed).encode()


def signed(sender: Member, envelope: Envelope) -> bytes:
    """Return any envelope, signed by *sender*, as it is posted."""
    return Parcel(sender.node.network.outbox.sign(envelope.canonical())).encode()


def post(sender: Member, to: Member, payload: bytes, path: str = "/inbox") -> Response:
    """Return the signed answer to a signed request."""
    network = sender.node.network
    return network.client.post(network.feed.peer(to.id), path, payload)


def refused(sender: Member, to: Member, payload: bytes, path: str = "/inbox") -> str:
    """Return the kind of the problem that answers a request."""
    return Problem.parse(post(sender, to, payload, path).body).kind


def applied(member: Member) -> int:
    """Return how many envelopes a company ever applied."""
    with member.node.own.db.read() as tx:
        return len(envelopes.all_incoming(tx))


def leaves(member: Member) -> int:
    """Return the size of a company's own log."""
    with member.node.own.db.read() as tx:
        return trees.size(tx, member.node.own.origin)
