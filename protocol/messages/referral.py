"""Having an introduction to the network counted by one receiver (PROTOCOL 7)."""

from enum import StrEnum
from typing import ClassVar

from protocol.identifiers import Day, HashHex, Id
from protocol.leaf_place import LeafPlace
from protocol.value import Value


class ReferralClaim(Value):
    """O asks P to receipt *token*, delivered on *day*, for a hidden nullifier."""

    KIND: ClassVar[str] = "referral.claim"

    token: Id
    nullifier_c: HashHex
    day: Day


class ReferralReceipt(Value):
    """P logged a receipt; the salt opens its reference to the token."""

    KIND: ClassVar[str] = "referral.receipt"

    salt: HashHex
    receipt: LeafPlace


class RefusalReason(StrEnum):
    """Why P gives no receipt."""

    NOT_FETCHED = "not-fetched"
    TOO_EARLY = "too-early"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    BELOW_LEVEL = "below-level"
    SEEN = "seen"


class ReferralRefuse(Value):
    """P gives no receipt."""

    KIND: ClassVar[str] = "referral.refuse"

    reason: RefusalReason
