"""Having introductions to the network counted, and receipting those of others (PROTOCOL 7)."""

from collections import Counter
from dataclasses import dataclass

from crypto.encoding import b64url_encode, hex_decode
from crypto.merkle import inclusion_proof
from crypto.randomness import random_below, random_bytes
from node.clock import Clock, seconds
from node.services.ledger import Ledger
from node.services.log import Log
from node.services.outbox import Outbox
from node.storage import bodies, consents, ledgers, peer_tokens, people, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.consent import Delivery, Token
from node.storage.tables.envelope import Outgoing
from node.storage.tables.referral import Claim, ClaimReceipt
from protocol.claim_life import TRANSITIONS, Event, State, advance
from protocol.day import day_of
from protocol.directory import Directory
from protocol.envelope import Envelope
from protocol.errors import ExpiredError, LogBehindError, MalformedError
from protocol.identifiers import MemberId, TokenId, new_id
from protocol.leaf_place import LeafPlace
from protocol.ledger import (
    Counted,
    QuotedLeaf,
    Receipt,
    nullifier_commitment,
    token_ref,
)
from protocol.ledger_fold import VoidLeafError
from protocol.level import Level
from protocol.log.proof import InclusionProof
from protocol.messages.referral import (
    ReferralClaim,
    ReferralReceipt,
    ReferralRefuse,
    RefusalReason,
)


@dataclass(frozen=True, slots=True)
class Referrals:
    """Claims at the origin, receipts at the peer, counts back at the origin."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    log: Log
    ledger: Ledger
    outbox: Outbox

    def plan_due(self) -> int:
        """Plan a claim for each person whose token stayed live long enough; return how many.

        It goes out at a random moment within as long again, so that two peers cannot
        tell by the time that they were asked for one person.
        """
        now = seconds(self.clock.now())
        planned = 0
        with self.db.begin() as tx:
            params = self.members.directory(tx).current.params
            permitted: dict[str, list[Token]] = {}
            for token in consents.uncounted(tx, before=now - params.count_hold_s):
                if Level(token.level) >= params.count_level:
                    permitted.setdefault(token.person_id, []).append(token)
            claims = Counter(ledgers.claims_by_receiver(tx))
            for person_id, tokens in permitted.items():
                tried = {claim.token_id for claim in ledgers.claims_of(tx, person_id)}
                left = [token for token in tokens if token.id not in tried]
                if left:
                    token = min(left, key=lambda found: claims[found.receiver])
                    self._plan(tx, token, now + random_below(params.count_hold_s + 1))
                    claims[token.receiver] += 1
                    planned += 1
        return planned

    def send_due(self) -> int:
        """Send the claims whose moment has come; return how many."""
        now = seconds(self.clock.now())
        sent = 0
        with self.db.begin() as tx:
            for claim in ledgers.planned(tx, now=now):
                token = consents.live(tx, claim.token_id)
                row = consents.delivery(tx, claim.token_id)
                if token is None or row is None:
                    step(claim, Event.DROP)
                    continue
                nullifier = people.nullifier(tx, claim.person_id, random_bytes(32))
                body = ReferralClaim(
                    token=claim.token_id,
                    nullifier_c=nullifier_commitment(claim.salt, nullifier).hex(),
                    day=_delivered_on(row),
                )
                claim.exp = self.outbox.end()
                step(claim, Event.SEND)
                self.outbox.put(
                    tx, MemberId(claim.receiver), body, exp=claim.exp, envelope_id=claim.id
                )
                sent += 1
        return sent

    def on_claim(self, tx: Tx, envelope: Envelope, claim: ReferralClaim) -> None:
        """Receipt a living token once, or say why not."""
        answer = self._answer(tx, envelope, claim)
        self.outbox.put(
            tx, MemberId(envelope.sender), answer, ref=envelope.id, exp=self.outbox.end()
        )

    def on_receipt(self, tx: Tx, envelope: Envelope, receipt: ReferralReceipt) -> None:
        """Count the person by quoting the peer's receipt with its place in the peer's log.

        Raises:
            LogBehindError: the leaf it names is not read yet.
            MalformedError: that leaf is not a receipt for this claim.
        """
        claim = ledgers.claim(tx, envelope.ref or "")
        if claim is None or claim.receiver != envelope.sender:
            raise MalformedError("a receipt for no claim of this node")
        if not _may(claim, Event.COUNT) or consents.live(tx, claim.token_id) is None:
            return  # a late second receipt, or the person withdrew: left unquoted
        body = self._count(tx, MemberId(envelope.sender), claim, receipt)
        try:
            self.ledger.append(tx, body)
        except VoidLeafError as error:
            raise MalformedError("a receipt that counts nothing") from error
        step(claim, Event.COUNT)

    def on_refuse(self, tx: Tx, envelope: Envelope) -> None:
        """Note a refusal; the person is claimed at the next permitted receiver."""
        claim = ledgers.claim(tx, envelope.ref or "")
        if claim is None or claim.receiver != envelope.sender or not _may(claim, Event.REFUSE):
            return
        step(claim, Event.REFUSE)

    def on_end(self, tx: Tx, row: Outgoing, _why: str) -> None:
        """Note that a claim was refused for good, or met silence to its end."""
        claim = ledgers.claim(tx, row.id)
        if claim is not None and _may(claim, Event.END):
            step(claim, Event.END)

    def _plan(self, tx: Tx, token: Token, send_at: int) -> None:
        tx.add(
            Claim.new(
                id=new_id(),
                person_id=token.person_id,
                token_id=token.id,
                receiver=token.receiver,
                salt=random_bytes(32),
                send_at=send_at,
                state=State.PLANNED,
            )
        )
        tx.flush()

    def _answer(
        self, tx: Tx, envelope: Envelope, claim: ReferralClaim
    ) -> ReferralReceipt | ReferralRefuse:
        params = self.members.directory(tx).current.params
        token = peer_tokens.get(tx, envelope.sender, claim.token)
        if token is None:
            ended = peer_tokens.has_ended(tx, envelope.sender, claim.token)
            return _refuse(RefusalReason.WITHDRAWN if ended else RefusalReason.NOT_FETCHED)
        now = seconds(self.clock.now())
        if token.not_after <= now:
            return _refuse(RefusalReason.EXPIRED)
        if now < token.taken_at + params.count_hold_s / 2:
            return _refuse(RefusalReason.TOO_EARLY)
        if Level(token.level) < params.count_level:
            return _refuse(RefusalReason.BELOW_LEVEL)
        if ledgers.receipt_of(tx, envelope.sender, claim.token) is not None:
            return _refuse(RefusalReason.SEEN)
        salt = random_bytes(32)
        place = self.ledger.append(
            tx,
            Receipt(
                origin=envelope.sender,
                nullifier_c=claim.nullifier_c,
                token_c=token_ref(salt, TokenId(claim.token)).hex(),
                level=Level(token.level),
                mode=token.mode,
            ),
        )
        tx.add(
            ClaimReceipt.new(
                token_id=claim.token, member=envelope.sender, salt=salt, leaf_id=place.id
            )
        )
        return ReferralReceipt(salt=salt.hex(), receipt=place)

    def _count(self, tx: Tx, member: MemberId, claim: Claim, receipt: ReferralReceipt) -> Counted:
        directory = self.members.directory(tx)
        place = receipt.receipt
        opening = bodies.whole(tx, member, place.id)
        if opening is None:
            raise LogBehindError("the receipt's body is not read yet")
        found = Receipt.from_json(opening.ev)
        reference = token_ref(hex_decode(receipt.salt, 32), TokenId(claim.token_id))
        if found.token_c != reference.hex():
            raise MalformedError("a receipt for another token")
        entry, proof = self._proof(tx, directory, member, place)
        return Counted(
            nullifier=people.nullifier(tx, claim.person_id, random_bytes(32)).hex(),
            salt=claim.salt.hex(),
            receipt=QuotedLeaf.from_json(
                {
                    "entry": b64url_encode(entry),
                    "opening": opening.to_json(),
                    "proof": b64url_encode(proof.encode()),
                }
            ),
        )

    def _proof(
        self, tx: Tx, directory: Directory, member: MemberId, place: LeafPlace
    ) -> tuple[bytes, InclusionProof]:
        """Return the entry and its proof under the newest head that this node cosigned."""
        origin = directory.origin(member)
        entry = trees.entry_at(tx, origin, place.index)
        head = trees.head(tx, origin)
        if place.log != origin or entry is None or entry.leaf_id != place.id:
            raise MalformedError("a receipt at another place")
        if head is None or trees.size(tx, origin) < head.size:
            raise LogBehindError("the peer's log is not read up to its head")
        hashes = inclusion_proof(place.index, head.size, trees.reader(tx, origin))
        return entry.payload, InclusionProof(place.index, tuple(hashes), head.note)


def step(claim: Claim, event: Event) -> None:
    """Move a claim on.

    Raises:
        UnexpectedEventError: the event cannot happen to it now.
    """
    claim.state = advance(State(claim.state), event)


def _may(claim: Claim, event: Event) -> bool:
    return event in TRANSITIONS[State(claim.state)]


def _refuse(reason: RefusalReason) -> ReferralRefuse:
    return ReferralRefuse(reason=reason)


def _delivered_on(row: Delivery) -> str:
    if row.delivered_at is None:
        raise ExpiredError("a token that was never delivered")
    return day_of(row.delivered_at)
