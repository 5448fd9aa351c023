"""A network of three nodes in memory, whose acts leave the records of an audit bundle.

Each act writes what the protocol asks of an honest node; a test changes the records
afterwards, or acts otherwise, and signs the bundle anew.
"""

from dataclasses import dataclass, field

from crypto import merkle
from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_encode
from crypto.hashing import sha256
from protocol.audit import records as rows
from protocol.body import Opening
from protocol.consent import (
    CandidateKey,
    ConsentStatement,
    KeyAlgorithm,
    KeySignature,
    OriginSignature,
    Signature,
    Statement,
    signed_text,
)
from protocol.day import day_of
from protocol.delivery import DocIn, DocOut
from protocol.directory import Directory
from protocol.document import Signed, sign
from protocol.envelope import At, Envelope, EnvelopeAnswer
from protocol.fields import TokenField
from protocol.leaf_place import LeafPlace
from protocol.ledger import (
    LedgerBody,
    QuotedLeaf,
)
from protocol.ledger_context import LedgerContext
from protocol.ledger_fold import fold
from protocol.ledger_state import LedgerState
from protocol.level import Level
from protocol.log import leaf as leaves
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.cosignature import cosign
from protocol.log.leaf import Leaf
from protocol.log.note import Note
from protocol.log.proof import InclusionProof
from protocol.membership import Consortium, fingerprint
from protocol.messages import Message
from protocol.problem import refusal
from protocol.token import TokenEvidence
from protocol.value import Value
from tests.protocol.companies import ALPHA, BETA, DAY_S, FOUNDERS, GAMMA, NOW, Company, founding

FIELDS = (TokenField.OCCUPATION, TokenField.REGION)
DAY = day_of(NOW)


@dataclass
class Person:
    """A candidate, known to one node."""

    alias: str
    nullifier: str
    key: SigningKey | None

    @property
    def candidate_key(self) -> CandidateKey | None:
        if self.key is None:
            return None
        return CandidateKey(alg=KeyAlgorithm.ED25519, key=b64url_encode(self.key.public.raw))


@dataclass
class Consent:
    """A consent, as its origin knows it; *receivers* are salts by member."""

    place: LeafPlace
    person: Person
    statement: ConsentStatement
    receivers: dict[str, bytes]


@dataclass
class Token:
    """A published token, as its origin knows it."""

    place: LeafPlace
    to: "Node"
    consent: Consent
    evidence: TokenEvidence
    salts: rows.TokenSalts
    withdrawn: str | None = None

    @property
    def id(self) -> str:
        return self.place.id


@dataclass
class Sent:
    """An envelope with its leaf in the sender's log."""

    envelope: Envelope
    signed: Signed


@dataclass
class Node:
    """One member: its log, its openings, and the rows that its bundle will hold."""

    company: Company
    network: "Network"
    leaves: list[Leaf] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)
    subtrees: dict[tuple[int, int], bytes] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)
    consents: list[Consent] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    outs: dict[str, rows.OutRecord] = field(default_factory=dict)
    ins: dict[str, rows.InRecord] = field(default_factory=dict)
    fetches: list[rows.FetchRecord] = field(default_factory=list)
    foreign: list[rows.ForeignRecord] = field(default_factory=list)
    received: dict[tuple[str, str], rows.ReceivedRecord] = field(default_factory=dict)
    delivered: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    ledger: LedgerState = field(default_factory=LedgerState)
    mv: int = 1

    @property
    def id(self) -> str:
        return self.company.id

    @property
    def log(self) -> str:
        return f"{self.company.member.host}/tasuki/v1/log/0001"

    def restart(self) -> None:
        """Begin the log anew, empty."""
        self.leaves.clear()
        self.entries.clear()
        self.subtrees.clear()

    def read(self, level: int, index: int) -> bytes:
        return self.subtrees[level, index]

    def append(self, leaf: Leaf, opening: Opening | None = None) -> LeafPlace:
        index, entry = len(self.entries), leaf.canonical()
        self.leaves.append(leaf)
        self.entries.append(entry)
        for level, place, digest in merkle.completed(index, merkle.leaf_hash(entry), self.read):
            self.subtrees[level, place] = digest
        if opening is not None:
            self.openings[leaf.id] = opening
        return LeafPlace(log=self.log, index=index, id=leaf.id)

    def entry(self, evidence: Value, leaf_id: str | None = None) -> LeafPlace:
        opening = Opening.make(evidence.to_json(), {})
        c = opening.commitment().hex()
        return self.append(leaves.entry(leaf_id or self.network.new_id(), c, DAY, self.mv), opening)

    def write(self, body: LedgerBody) -> LeafPlace:
        """Append a ledger leaf, void or not."""
        opening = Opening.make(body.to_json(), {})
        leaf = leaves.ledger(self.network.new_id(), opening.commitment().hex(), DAY, self.mv)
        self.ledger, _ = fold(self.ledger, leaf, body.to_json(), self.network.context(self))
        return self.append(leaf, opening)

    def root(self, size: int) -> bytes:
        return merkle.root(size, self.read)

    def head(self, size: int | None = None) -> Note:
        size = len(self.entries) if size is None else size
        checkpoint = Checkpoint(self.log, size, self.root(size))
        note = sign_checkpoint(checkpoint, self.company.key("log"))
        for other in self.network.nodes.values():
            if other is not self:
                name = f"{other.company.member.host}/tasuki/v1/witness"
                line = cosign(note.text, name, other.company.key("witness"), now=NOW)
                note = note.with_signature(line)
        return note

    def quote(self, place: LeafPlace) -> QuotedLeaf:
        """Return a leaf with its opening and a proof under the newest head."""
        size = len(self.entries)
        path = merkle.inclusion_proof(place.index, size, self.read)
        proof = InclusionProof(place.index, tuple(path), self.head().encode())
        return QuotedLeaf.of(self.entries[place.index], self.openings[place.id], proof.encode())

    def sign(self, document: bytes) -> Signed:
        return sign(document, [self.company.signer("document")])

    def sign_statement(self, statement: Statement, person: Person) -> Signature:
        text = signed_text(statement)
        if person.key is not None:
            return KeySignature(sig=b64url_encode(person.key.sign(text)))
        sig = b64url_encode(self.company.key("document").sign(text))
        return OriginSignature(key=self.company.key_id("document"), sig=sig)

    def send(
        self,
        to: "Node",
        message: Message,
        *,
        ref: str | None = None,
        envelope_id: str | None = None,
    ) -> Sent:
        """Send an envelope and have it applied and answered at once."""
        sent = self.post(to, message, ref=ref, envelope_id=envelope_id)
        to.take(sent, self)
        return sent

    def post(
        self,
        to: "Node",
        message: Message,
        *,
        ref: str | None = None,
        envelope_id: str | None = None,
    ) -> Sent:
        """Queue an envelope with its `doc.out`; nothing came back yet."""
        sent = self.seal(to, message, ref=ref, envelope_id=envelope_id)
        self.entry(DocOut.of(sent.envelope.kind, sent.signed))
        self.outs[sent.envelope.id] = rows.OutRecord(doc=sent.signed.to_wire())
        return sent

    def seal(
        self,
        to: "Node",
        message: Message,
        *,
        ref: str | None = None,
        envelope_id: str | None = None,
    ) -> Sent:
        envelope = Envelope(
            v=1,
            cs=self.network.cs,
            kind=message.KIND,
            id=envelope_id or self.network.new_id(),
            sender=self.id,
            to=to.id,
            mv=1,
            iat=NOW,
            exp=None if message.KIND == "delete.receipt" else NOW + 7 * DAY_S,
            at=At(log=self.log, size=len(self.entries)),
            ref=ref,
            body=message.to_json(),
        )
        return Sent(envelope, self.sign(envelope.canonical()))

    def take(self, sent: Sent, sender: "Node") -> None:
        """Apply an envelope and answer it."""
        place = self.entry(DocIn.of(sent.envelope.kind, sent.signed))
        answer = EnvelopeAnswer(
            id=sent.envelope.id, sha256=sent.signed.digest.hex(), entry=place.id, day=DAY
        )
        reply = self.sign(answer.canonical()).to_wire()
        self.ins[sent.envelope.id] = rows.InRecord(doc=sent.signed.to_wire(), answer=reply)
        out = sender.outs[sent.envelope.id]
        sender.outs[sent.envelope.id] = out.model_copy(update={"answer": reply})

    def refuse(self, sent: Sent, sender: "Node", kind: str = "gone") -> None:
        """Refuse an envelope for good."""
        reply = self.sign(refusal(kind, sent.envelope).canonical()).to_wire()
        out = sender.outs[sent.envelope.id]
        sender.outs[sent.envelope.id] = out.model_copy(update={"problem": reply})


@dataclass
class Network:
    """The three founders, each with a credit for every counted person."""

    numbers: int = 0
    quorum: int = 2

    def __post_init__(self) -> None:
        first = founding()
        params = first.params.model_copy(update={"relay_ratio": 1, "reveal_level": Level.E0})
        self.versions = [first.model_copy(update={"params": params, "witness_quorum": self.quorum})]
        self.nodes = {company.name: Node(company, self) for company in FOUNDERS}
        for node in self.nodes.values():
            node.append(leaves.log_open(self.new_id(), node.log, self.cs, DAY, 1))
            self.accept(node, self.versions[0])

    def accept(self, node: Node, version: Consortium) -> None:
        node.mv = version.version
        digest = version.digest().hex()
        node.append(
            leaves.member_accept(self.new_id(), version.version, digest, DAY, version.version)
        )

    def add_version(self, **edits: object) -> Consortium:
        """Make the next version of the membership; nobody has logged it yet."""
        last = self.versions[-1]
        following = last.model_copy(
            update={"version": last.version + 1, "prev_sha256": last.digest().hex(), **edits}
        )
        self.versions.append(following)
        return following

    @property
    def cs(self) -> str:
        return fingerprint(self.versions[0])

    @property
    def alpha(self) -> Node:
        return self.nodes[ALPHA.name]

    @property
    def beta(self) -> Node:
        return self.nodes[BETA.name]

    @property
    def gamma(self) -> Node:
        return self.nodes[GAMMA.name]

    def new_id(self) -> str:
        self.numbers += 1
        return sha256(b"id %d" % self.numbers).hex()[:32]

    def new_hash(self) -> str:
        self.numbers += 1
        return sha256(b"hash %d" % self.numbers).hex()

    def context(self, owner: Node) -> LedgerContext:
        descriptors = [node.company.descriptor(self.cs) for node in self.nodes.values()]
        return Directory.of(self.versions, descriptors).ledger_context(owner.id)
