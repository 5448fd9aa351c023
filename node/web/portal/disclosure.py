"""A request for contact: who asks, why, under which terms, and what would be sent.

No value of a person is on a page before the code was typed in this visit.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from node.i18n import message
from node.web.ui.parts import Complaint, Mark, Pair, Said

IDENTITY_NAMES = {
    "name": message("Name"),
    "kana": message("Reading"),
    "birth": message("Date of birth"),
    "mails": message("Mail"),
    "phones": message("Phone"),
    "postal": message("Postal code"),
    "prefecture": message("Prefecture"),
    "address": message("Address"),
    "summary": message("Summary of your work"),
}

# Who asks, beside the terms.
COMPANY = message("Company")
CORPORATE_NUMBER = message("Corporate number")
ADDRESS = message("Address")
REPRESENTATIVE = message("Represented by")
PURPOSE = message("Purpose")
KEPT_FOR = message("Kept for")

# Why the form comes back; nothing is recorded then.
NOT_SAID = Complaint(message("Say whether you have applied to this company"), "applied-yes")
NO_NAME = Complaint(message("Switch on your name"), "id-name")
NO_CONTACT = Complaint(message("Switch on a mail address or a phone number"), "send")


class Answer(StrEnum):
    """What a person answered, and what became of it."""

    ACCEPTED = "accepted"
    SENT = "sent"
    DECLINED = "declined"
    LATER = "later"
    BLOCKED = "blocked"
    APPLIED = "applied"
    UNDONE = "undone"
    LAPSED = "lapsed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class DisclosureCode:
    """What disclosure_code.html shows: who asks, and the field for the code.

    *is_over* says that the visit has ended, so that an answer was not taken.
    """

    TEMPLATE: ClassVar[str] = "disclosure_code.html"

    secret: str
    asking: Said
    until: datetime
    tries_left: int | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class IdentityField:
    """One value that may be sent; *name* is a key of IDENTITY_NAMES."""

    name: str
    text: str
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class DisclosurePage:
    """What disclosure.html shows; all terms are those of the first contact (DOMAIN 5)."""

    TEMPLATE: ClassVar[str] = "disclosure.html"

    secret: str
    asking: Said
    until: datetime
    about: tuple[Pair, ...]
    reasons: tuple[Mark, ...]
    terms: tuple[Pair, ...]
    identity: tuple[IdentityField, ...]
    undo_minutes: int
    summary: str = ""
    is_report_on: bool = False
    has_applied: bool | None = None
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True)
class DisclosureReview:
    """What disclosure_review.html shows: what is sent, and the statement to sign.

    *statement*, *nonce* and *identity* are base64url; *public_key* names the key that
    the token commits to, and is empty at level E0.
    """

    TEMPLATE: ClassVar[str] = "disclosure_review.html"

    secret: str
    asking: Said
    statement: str
    nonce: str
    identity: str
    public_key: str
    level: str
    sent: tuple[Pair, ...]
    is_reported: bool
    undo_minutes: int


@dataclass(frozen=True, slots=True)
class DisclosureAnswered:
    """What disclosure_answered.html shows; *undo_until* while a yes can be taken back."""

    TEMPLATE: ClassVar[str] = "disclosure_answered.html"

    secret: str
    asking: Said
    answer: Answer
    can_undo: bool = False
    undo_until: datetime | None = None
