"""One example of each kind of message."""

from crypto.encoding import b64url_encode
from protocol.leaf_place import LeafPlace
from protocol.messages import Message
from protocol.messages.body import BodyFetch
from protocol.messages.deletion import DeleteReceipt
from protocol.messages.disclosure import DisclosureDecline
from protocol.messages.outcome import Outcome, OutcomeReport
from protocol.messages.poke import Poke
from protocol.messages.referral import (
    ReferralClaim,
    ReferralReceipt,
    ReferralRefuse,
    RefusalReason,
)
from protocol.messages.reveal import (
    HpkeSuite,
    RevealFetch,
    RevealGive,
    RevealReceipt,
    RevealRefuse,
    RevealResult,
)
from tests.protocol.agreed_person import DAY, LOG, PROPOSAL, AgreedPerson

ID = "ab" * 16
HASH = "cd" * 32
PLACE = LeafPlace(log=LOG, index=9, id=ID)
EVERY_MESSAGE: list[Message] = [
    BodyFetch(log=LOG, start=0, end=256),
    PROPOSAL,
    AgreedPerson().as_received()[0],
    DisclosureDecline(),
    RevealFetch(acceptance=HASH, spend=PLACE, hpke=HpkeSuite(), key=b64url_encode(bytes(1216))),
    RevealGive(fetch=ID, sealed_sha256=HASH),
    RevealRefuse(fetch=ID),
    RevealReceipt(fetch=ID, result=RevealResult.OK),
    DeleteReceipt(token=ID, c=HASH, day=DAY),
    ReferralClaim(token=ID, nullifier_c=HASH, day=DAY),
    ReferralReceipt(salt=HASH, receipt=PLACE),
    ReferralRefuse(reason=RefusalReason.SEEN),
    OutcomeReport(result=Outcome.HIRED),
    Poke(log=LOG, size=3),
]
