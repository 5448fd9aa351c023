"""What one node says to another: a class a kind, a file a noun (PROTOCOL 3)."""

from typing import Any, Final

from protocol.errors import UnknownKindError
from protocol.messages.body import BodyFetch
from protocol.messages.deletion import DeleteReceipt
from protocol.messages.disclosure import DisclosureAccept, DisclosureDecline
from protocol.messages.match import MatchPropose
from protocol.messages.outcome import OutcomeReport
from protocol.messages.poke import Poke
from protocol.messages.referral import ReferralClaim, ReferralReceipt, ReferralRefuse
from protocol.messages.reveal import RevealFetch, RevealGive, RevealReceipt, RevealRefuse

Message = (
    BodyFetch
    | MatchPropose
    | DisclosureAccept
    | DisclosureDecline
    | RevealFetch
    | RevealGive
    | RevealRefuse
    | RevealReceipt
    | DeleteReceipt
    | ReferralClaim
    | ReferralReceipt
    | ReferralRefuse
    | OutcomeReport
    | Poke
)

KINDS: Final[dict[str, type[Message]]] = {
    BodyFetch.KIND: BodyFetch,
    MatchPropose.KIND: MatchPropose,
    DisclosureAccept.KIND: DisclosureAccept,
    DisclosureDecline.KIND: DisclosureDecline,
    RevealFetch.KIND: RevealFetch,
    RevealGive.KIND: RevealGive,
    RevealRefuse.KIND: RevealRefuse,
    RevealReceipt.KIND: RevealReceipt,
    DeleteReceipt.KIND: DeleteReceipt,
    ReferralClaim.KIND: ReferralClaim,
    ReferralReceipt.KIND: ReferralReceipt,
    ReferralRefuse.KIND: ReferralRefuse,
    OutcomeReport.KIND: OutcomeReport,
    Poke.KIND: Poke,
}


def parse_body(kind: str, body: dict[str, Any]) -> Message:
    """Return the message that the *body* of an envelope of that *kind* holds.

    Raises:
        UnknownKindError: a kind that this version does not know.
        MalformedError: not the fields of that kind.
    """
    if kind not in KINDS:
        raise UnknownKindError("unknown kind of message")
    return KINDS[kind].from_json(body)
