"""Envelopes as they come in: verified, applied once, answered for good (PROTOCOL 3)."""

from dataclasses import dataclass

from node.clock import Clock, seconds
from node.services.disclosures import Disclosures
from node.services.feed import Feed
from node.services.matches import Matches
from node.services.outbox import Outbox
from node.services.received import Received
from node.services.referrals import Referrals
from node.services.reveals import Reveals
from node.services.withdrawals import Withdrawals
from node.storage import envelopes
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.transport import UnreachableError
from protocol.document import Signed
from protocol.envelope import Envelope, Parcel, open_envelope
from protocol.errors import (
    ConflictError,
    LogBehindError,
    MembershipAheadError,
    UnknownKindError,
    UntrustedError,
)
from protocol.identifiers import MemberId
from protocol.messages import Message, parse_body
from protocol.messages.body import BodyFetch
from protocol.messages.deletion import DeleteReceipt
from protocol.messages.disclosure import DisclosureAccept, DisclosureDecline
from protocol.messages.match import MatchPropose
from protocol.messages.outcome import OutcomeReport
from protocol.messages.poke import Poke
from protocol.messages.referral import ReferralClaim, ReferralReceipt, ReferralRefuse
from protocol.messages.reveal import RevealFetch, RevealGive, RevealReceipt, RevealRefuse

# A deletion must get through even from a log that cannot be read just now.
_NEEDS_NO_LOG = frozenset({DeleteReceipt.KIND})


@dataclass(frozen=True, slots=True)
class Inbox:
    """Applies each envelope in one transaction with its leaves and answers."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    outbox: Outbox
    feed: Feed
    received: Received
    disclosures: Disclosures
    reveals: Reveals
    matches: Matches
    referrals: Referrals
    withdrawals: Withdrawals

    def open(self, caller: MemberId, payload: bytes) -> tuple[Envelope, Parcel]:
        """Return the envelope that *caller* signed to this node.

        Raises:
            ProtocolError: it is none.
        """
        parcel = Parcel.parse(payload)
        with self.db.read() as tx:
            directory = self.members.directory(tx)
        envelope = open_envelope(parcel, directory.descriptor(caller), me=self.me)
        if envelope.sender != caller:
            raise UntrustedError("an envelope that another member signed")
        return envelope, parcel

    def receive(self, envelope: Envelope, parcel: Parcel) -> Signed:
        """Apply an envelope and return the signed answer; the same one again gets the same.

        Raises:
            ProtocolError: nothing was changed; its problem says whether to try again.
        """
        with self.db.read() as tx:
            stored = self._stored(tx, envelope, parcel)
            if stored is not None:
                return stored
            version = self.members.directory(tx).current.version
        if envelope.mv > version:
            raise MembershipAheadError("a newer version of the consortium is needed first")
        envelope.check_fresh(now=seconds(self.clock.now()))
        message = parse_body(envelope.kind, envelope.to_json()["body"])
        sender = MemberId(envelope.sender)
        if envelope.kind not in _NEEDS_NO_LOG:
            self.feed.reach(sender, envelope.at.size)
            try:
                self.received.take(self.feed, sender)
            except UnreachableError as error:
                raise LogBehindError("the bodies behind that log could not be read") from error
        with self.db.begin() as tx:
            stored = self._stored(tx, envelope, parcel)
            if stored is not None:
                return stored
            answer = self.outbox.receive(tx, envelope, parcel.signed)
            self._apply(tx, envelope, message, parcel.sealed or b"")
            return answer

    def _stored(self, tx: Tx, envelope: Envelope, parcel: Parcel) -> Signed | None:
        known = envelopes.incoming(tx, envelope.sender, envelope.id)
        if known is None:
            return None
        if Signed.parse(known.document).doc != parcel.signed.doc:
            raise ConflictError("other bytes under an id that was used")
        return Signed.parse(known.answer)

    # One case a kind: mypy refuses a kind without its case.
    def _apply(  # noqa: C901, PLR0912
        self, tx: Tx, envelope: Envelope, message: Message, sealed: bytes
    ) -> None:
        match message:
            case MatchPropose():
                self.disclosures.on_propose(tx, envelope, message)
            case DisclosureAccept():
                self.matches.on_accept(tx, envelope, message)
            case DisclosureDecline():
                self.matches.on_decline(tx, envelope)
            case RevealFetch():
                self.reveals.on_fetch(tx, envelope, message)
            case RevealGive():
                self.matches.on_give(tx, envelope, message, sealed)
            case RevealRefuse():
                self.matches.on_refuse(tx, envelope, message)
            case RevealReceipt():
                self.reveals.on_receipt(tx, envelope, message)
            case DeleteReceipt():
                self.withdrawals.on_receipt(tx, envelope, message)
            case ReferralClaim():
                self.referrals.on_claim(tx, envelope, message)
            case ReferralReceipt():
                self.referrals.on_receipt(tx, envelope, message)
            case ReferralRefuse():
                self.referrals.on_refuse(tx, envelope)
            case OutcomeReport():
                self.reveals.on_outcome(tx, envelope, message)
            case BodyFetch() | Poke():
                raise UnknownKindError("a message without an entry")
