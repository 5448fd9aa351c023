"""The acts of the chain between nodes of a small network, each as an honest node does it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_encode
from crypto.hashing import sha256
from protocol.audit import records as rows
from protocol.body import Opening
from protocol.consent import (
    ConsentGive,
    ConsentStatement,
    ConsentWithdraw,
    PriorHead,
    Purpose,
    receiver_commitment,
)
from protocol.delivery import Delivery
from protocol.disclosure import Accept, AcceptStatement, Undo, end_of_acceptance, hold_until
from protocol.fields import IdentityField
from protocol.identifiers import EnvelopeId, LeafId, TokenId
from protocol.leaf_place import LeafPlace
from protocol.ledger import (
    Counted,
    Hold,
    QuotedLeaf,
    Receipt,
    Return,
    Spend,
    hold_bind,
    nullifier_commitment,
    token_ref,
)
from protocol.level import Level
from protocol.log import leaf as leaves
from protocol.messages.body import BodyFetch
from protocol.messages.deletion import DeleteReceipt
from protocol.messages.disclosure import DisclosureAccept, OpenedLeaf, Salts
from protocol.messages.match import HoldPlace, MatchPropose
from protocol.messages.referral import ReferralClaim, ReferralReceipt
from protocol.messages.reveal import (
    HpkeSuite,
    RevealFetch,
    RevealGive,
    RevealReceipt,
    RevealResult,
)
from protocol.reveal import Give, GiveHead, Returned, ReturnReason
from protocol.token import Source, TokenEvidence, consent_commitment, key_commitment
from protocol.vocabulary import VOCABULARY_HASH
from tests.protocol.agreed_person import TERMS
from tests.protocol.audit.small_network import (
    DAY,
    FIELDS,
    Consent,
    Network,
    Node,
    Person,
    Sent,
    Token,
)
from tests.protocol.companies import DAY_S, NOW

NOT_AFTER = NOW + 5 * DAY_S
END = NOW + 60 * DAY_S


def person(node: Node, *, has_key: bool = True) -> Person:
    """Return a new candidate of *node*'s."""
    seed = bytes.fromhex(node.network.new_hash())
    made = Person(
        node.network.new_id(), node.network.new_hash(), SigningKey(seed) if has_key else None
    )
    node.people.append(made)
    return made


def consent(origin: Node, who: Person, chosen: Iterable[Node]) -> Consent:
    """Have *who* agree that her token goes to the *chosen*."""
    salts = {node.id: bytes.fromhex(origin.network.new_hash()) for node in chosen}
    lines = [
        receiver_commitment(salts[node.id], node.company.id, FIELDS).hex()
        if node.id in salts
        else origin.network.new_hash()
        for node in origin.network.nodes.values()
        if node is not origin
    ]
    head = PriorHead(
        origin=origin.log, size=len(origin.entries), root=origin.root(len(origin.entries)).hex()
    )
    statement = ConsentStatement(
        level=Level.E1 if who.key else Level.E0,
        cs=origin.network.cs,
        origin=origin.id,
        record=origin.network.new_id(),
        text_sha256=origin.network.new_hash(),
        lang="ja",
        purposes=(Purpose.RECRUITMENT,),
        receivers=tuple(sorted(lines)),
        not_after=END,
        withdrawal="https://alpha.example.jp/stop",
        key=who.candidate_key,
        prior=head,
    )
    give = ConsentGive(statement=statement, signature=origin.sign_statement(statement, who))
    made = Consent(origin.entry(give), who, statement, salts)
    origin.consents.append(made)
    return made


def publish(origin: Node, given: Consent, to: Node, *, replaces: str | None = None) -> Token:
    """Publish the token of a consent for one member: a decoy where that one was not chosen."""
    key = given.person.candidate_key
    is_decoy = to.id not in given.receivers
    salt, key_salt = origin.network.new_hash(), origin.network.new_hash()
    fields = () if is_decoy else FIELDS[:1]
    evidence = TokenEvidence(
        to=to.id,
        fields=fields,
        vocab=VOCABULARY_HASH,
        key=key_commitment(bytes.fromhex(key_salt), key.alg, key.raw).hex() if key else key_salt,
        consent=consent_commitment(bytes.fromhex(salt), LeafId(given.place.id)).hex(),
        level=given.statement.level,
        source=Source.APPLICATION,
        mode="sandbox",
        purpose=Purpose.RECRUITMENT,
        not_after=END,
        replaces=replaces,
        decoy=is_decoy,
    )
    salts = rows.TokenSalts(consent=salt, key=key_salt if key and not is_decoy else None)
    return publish_as(origin, given, to, evidence, salts)


def publish_as(
    origin: Node, given: Consent, to: Node, evidence: TokenEvidence, salts: rows.TokenSalts
) -> Token:
    """Publish any evidence as a token."""
    values = {} if evidence.decoy else {"occupation": "sales"}
    opening = Opening.make(evidence.to_json(), dict(values))
    leaf = leaves.publish(origin.network.new_id(), opening.commitment().hex(), DAY, origin.mv)
    place = origin.append(leaf, opening)
    token = Token(place, to, given, evidence, salts)
    origin.tokens.append(token)
    return token


def fetch(origin: Node, receiver: Node, tokens: Iterable[Token]) -> None:
    """Have *receiver* ask for a range and get *tokens*, all of it."""
    asked = BodyFetch(log=origin.log, start=0, end=len(origin.entries))
    sent = receiver.seal(origin, asked)
    handed = list(tokens)
    delivery = Delivery(
        fetch=sent.signed.digest.hex(),
        to=receiver.id,
        tokens=tuple(sorted(token.id for token in handed)),
    )
    origin.entry(delivery)
    origin.fetches.append(rows.FetchRecord(doc=sent.signed.to_wire()))
    for token in handed:
        origin.delivered.add(token.id)
        receiver.received[origin.id, token.id] = rows.ReceivedRecord(
            sender=origin.id, token=token.id, day=DAY
        )


def withdraw(origin: Node, given: Consent) -> None:
    """Withdraw a consent and all its tokens in one act."""
    origin.entry(ConsentWithdraw(consent=given.place.id))
    end_tokens(origin, given)


def end_tokens(origin: Node, given: Consent) -> None:
    """Withdraw the tokens of a consent that is replaced."""
    ended = [token for token in origin.tokens if token.consent is given and not token.withdrawn]
    ids = [token.id for token in ended]
    origin.append(leaves.withdraw(origin.network.new_id(), ids, DAY, origin.mv))
    for token in ended:
        token.withdrawn = DAY


def delete(origin: Node, token: Token) -> None:
    """Have the receiver destroy a token and say so."""
    c = origin.leaves[token.place.index].c or ""
    held: Literal[False] | None = None if (origin.id, token.id) in token.to.received else False
    token.to.send(origin, DeleteReceipt(token=token.id, c=c, day=DAY, held=held))
    origin.deleted.add(token.id)


def count(origin: Node, token: Token) -> LeafPlace:
    """Claim, receipt and count one introduction."""
    claimed, salt = claim(origin, token)
    place = receipt(origin, token, claimed)
    body = Counted(
        nullifier=token.consent.person.nullifier, salt=salt, receipt=token.to.quote(place)
    )
    return origin.write(body)


def claim(origin: Node, token: Token) -> tuple[Sent, str]:
    """Send a claim; return it and its salt."""
    salt = origin.network.new_hash()
    nullifier_c = nullifier_commitment(
        bytes.fromhex(salt), bytes.fromhex(token.consent.person.nullifier)
    )
    message = ReferralClaim(token=token.id, nullifier_c=nullifier_c.hex(), day=DAY)
    return origin.send(token.to, message), salt


def receipt(origin: Node, token: Token, claimed: Sent) -> LeafPlace:
    """Log the receipt of a claim at its receiver and tell the origin."""
    issuer, ref_salt = token.to, origin.network.new_hash()
    message = ReferralClaim.from_json(claimed.envelope.to_json()["body"])
    place = issuer.write(
        Receipt(
            origin=origin.id,
            nullifier_c=message.nullifier_c,
            token_c=token_ref(bytes.fromhex(ref_salt), TokenId(token.id)).hex(),
            level=token.evidence.level,
            mode=token.evidence.mode,
        )
    )
    said = ReferralReceipt(salt=ref_salt, receipt=place)
    issuer.send(origin, said, ref=claimed.envelope.id)
    return place


def earn(node: Node, issuer: Node) -> None:
    """Let *node* introduce somebody, so that it has a credit."""
    given = consent(node, person(node), [issuer])
    token = publish(node, given, issuer)
    fetch(node, issuer, [token])
    count(node, token)


def offer(network: Network, *, has_key: bool = True) -> Token:
    """Publish a token of alpha's that beta has taken."""
    alpha = network.alpha
    given = consent(alpha, person(alpha, has_key=has_key), [network.beta])
    token = publish(alpha, given, network.beta)
    fetch(alpha, network.beta, [token])
    return token


@dataclass
class Reveal:
    """One introduction under way: *receiver* asks *origin* for the person of *token*."""

    origin: Node
    receiver: Node
    token: Token

    def propose(self, shown_salt: str | None = None) -> "Reveal":
        self.ask(shown_salt)
        self.origin.take(self.asked, self.receiver)
        return self

    def ask(self, shown_salt: str | None = None) -> "Reveal":
        """Post the proposal; it has not come yet. Another salt does not open its hold."""
        salt, envelope_id = self.origin.network.new_hash(), self.origin.network.new_id()
        bind = hold_bind(
            bytes.fromhex(salt),
            self.origin.company.id,
            TokenId(self.token.id),
            EnvelopeId(envelope_id),
        )
        self.hold = self.receiver.write(Hold(bind=bind.hex(), until=hold_until(NOT_AFTER)))
        self.proposal = MatchPropose(
            token=self.token.id,
            job=self.origin.network.new_hash(),
            terms=TERMS,
            purpose="採用選考のため",
            retention=180,
            not_after=NOT_AFTER,
            hold=HoldPlace(
                log=self.hold.log, index=self.hold.index, id=self.hold.id, salt=shown_salt or salt
            ),
        )
        self.asked = self.receiver.post(self.origin, self.proposal, envelope_id=envelope_id)
        return self

    def accept(self) -> "Reveal":
        who = self.token.consent.person
        self.statement = AcceptStatement(
            level=self.token.evidence.level,
            cs=self.origin.network.cs,
            origin=self.origin.id,
            to=self.receiver.id,
            employer=TERMS.employer,
            token=self.token.id,
            proposal=self.asked.signed.digest.hex(),
            fields=(IdentityField.MAILS, IdentityField.NAME),
            report=False,
            payload=self.origin.network.new_hash(),
            not_after=end_of_acceptance(NOT_AFTER),
        )
        signature = self.origin.sign_statement(self.statement, who)
        self.yes = self.origin.entry(Accept(statement=self.statement, signature=signature))
        return self

    def undo(self) -> "Reveal":
        self.origin.entry(Undo(accept=self.yes.id))
        return self

    def tell(self) -> "Reveal":
        given = self.token.consent
        message = DisclosureAccept(
            accept=self._opened(self.yes),
            consent=self._opened(given.place),
            salts=Salts(
                key=self.token.salts.key,
                consent=self.token.salts.consent,
                receiver=given.receivers[self.receiver.id].hex(),
            ),
            fields=FIELDS,
            key=given.person.candidate_key,
        )
        self.origin.send(self.receiver, message, ref=self.asked.envelope.id)
        return self

    def spend(self) -> "Reveal":
        self.spent = self.receiver.write(Spend(hold=self.hold.id))
        return self

    def fetch(self) -> "Reveal":
        message = RevealFetch(
            acceptance=self.statement.digest().hex(),
            spend=self.spent,
            hpke=HpkeSuite(),
            key=b64url_encode(sha256(self.origin.network.new_id().encode()) * 38),
        )
        self.fetched = self.receiver.send(self.origin, message, ref=self.asked.envelope.id)
        return self

    def give(
        self, head: GiveHead | None = None, shown: tuple[QuotedLeaf, QuotedLeaf] | None = None
    ) -> "Reveal":
        """Log the give and send it; *head* and *shown* are what a dishonest origin states."""
        self.log_give(head, shown)
        message = RevealGive(
            fetch=self.fetched.envelope.id, sealed_sha256=self.origin.network.new_hash()
        )
        self.origin.send(self.receiver, message, ref=self.asked.envelope.id)
        return self

    def log_give(
        self, head: GiveHead | None = None, shown: tuple[QuotedLeaf, QuotedLeaf] | None = None
    ) -> "Reveal":
        size = len(self.receiver.entries)
        known = GiveHead(size=size, root=self.receiver.root(size).hex())
        self.origin.entry(
            Give(
                fetch=self.fetched.envelope.id,
                proposal=self.asked.envelope.id,
                acceptance=self.statement.digest().hex(),
                spend=self.spent,
                head=head or known,
                silent=(),
            )
        )
        quoted = shown or (self.receiver.quote(self.hold), self.receiver.quote(self.spent))
        self.origin.foreign.append(
            rows.ForeignRecord(fetch=self.fetched.envelope.id, leaves=quoted)
        )
        return self

    def receipt(self, result: RevealResult = RevealResult.OK) -> "Reveal":
        message = RevealReceipt(fetch=self.fetched.envelope.id, result=result)
        self.receiver.send(self.origin, message, ref=self.asked.envelope.id)
        return self

    def give_back(self) -> "Reveal":
        self.receiver.entry(Returned(spend=self.spent.id, reason=ReturnReason.DUPLICATE))
        self.receiver.write(Return(spend=self.spent.id))
        return self

    def whole(self) -> "Reveal":
        """Go through all steps."""
        return self.propose().accept().tell().spend().fetch().give().receipt()

    def _opened(self, place: LeafPlace) -> OpenedLeaf:
        opening = self.origin.openings[place.id].erased().to_json()
        return OpenedLeaf(log=place.log, index=place.index, id=place.id, opening=opening)
