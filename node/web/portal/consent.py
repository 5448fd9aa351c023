"""The question of consent: who may see what, until when, and two equal answers.

What each template shows is a value of this file; the switch of a field stands on
the very value that is sent.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from node.i18n import message
from node.web.ui.parts import Choice, Complaint, Pair, Said

GATED = ("occupation", "stage", "region", "years")
# The families of the vocabulary that have another name than the token's field.
FAMILY_OF = {"stage": "stage_band", "skills": "skill"}
FIELD_NAMES = {
    "occupation": message("Occupation"),
    "stage": message("Stage reached"),
    "region": message("Region"),
    "years": message("Experience"),
    "language": message("Japanese"),
    "availability": message("Availability"),
    "skills": message("Skills"),
}

# Why a company cannot be chosen.
EMPLOYER = message("Your employer: not shown")
HERE = message("Already has your data")

# Why the form comes back; nothing is recorded then.
WRONG_CODE = Complaint(message("Check the 6-digit code"), "code")
NO_RECEIVER = Complaint(message("Choose at least one company"), "who")
NO_FIELD = Complaint(message("Switch on at least one item"), "what")
NO_LANGUAGE = Complaint(message("Choose your level of Japanese, or switch it off"), "language")
NO_AVAILABILITY = Complaint(
    message("Choose when you could start, or switch it off"), "availability"
)
NO_SKILL = Complaint(message("Choose 1 to 12 skills, or switch them off"), "f-skills")
UNKNOWN_COMPANY = Complaint(message("That corporate number does not have 13 digits"), "block")


@dataclass(frozen=True, slots=True)
class Receiver:
    """A company that may be chosen; *place* says where it is."""

    member: str
    name: Said
    place: Said
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """A company that cannot be chosen; *reason* is a message id."""

    name: Said
    reason: str
    is_struck: bool = True


@dataclass(frozen=True, slots=True)
class Blocked:
    """A company that the person never wants; *written* is what came from the form."""

    written: str
    name: Said
    is_member: bool


@dataclass(frozen=True, slots=True)
class ShownField:
    """One of the four gated fields with the value that would be seen."""

    name: str
    text: Said
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many people of the register share one selection of the gated fields."""

    occupation: bool
    stage: bool
    region: bool
    years: bool
    people: int


@dataclass(frozen=True, slots=True)
class Period:
    """One length of the consent."""

    months: int
    until: date
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Conditions:
    """Whom the company asks; *is_choosing* where its licence lets it choose among them."""

    version: str
    routes: tuple[Said, ...]
    is_choosing: bool = False


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """What consent.html shows; *public_key* names the key of an earlier consent.

    *code* is what was typed for the code, where the form comes back for another reason;
    *unread_block* the company's number that could not be read.
    """

    TEMPLATE: ClassVar[str] = "consent.html"

    secret: str
    receivers: tuple[Receiver, ...]
    closed: tuple[Closed, ...]
    fields: tuple[ShownField, ...]
    languages: tuple[Choice, ...]
    availabilities: tuple[Choice, ...]
    skills: tuple[Choice, ...]
    open_fields: frozenset[str]
    crowds: tuple[Crowd, ...]
    periods: tuple[Period, ...]
    never: tuple[Said, ...]
    conditions: Conditions
    blocked: tuple[Blocked, ...]
    is_code_needed: bool
    unread_block: str = ""
    public_key: str = ""
    code: str = field(default="", repr=False)
    counted: int | None = None
    tries_left: int | None = None
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentReview:
    """What consent_review.html shows: the statement in words, and its bytes to sign.

    *statement* is base64url; *withheld* are field names that too few people share.
    """

    TEMPLATE: ClassVar[str] = "consent_review.html"

    secret: str
    statement: str
    level: str
    receivers: tuple[Said, ...]
    shown: tuple[Pair, ...]
    withheld: tuple[str, ...]
    until: date
    never: tuple[Said, ...]
    people: int | None


@dataclass(frozen=True, slots=True)
class ConsentReceipt:
    """What consent_receipt.html shows once the consent is recorded."""

    TEMPLATE: ClassVar[str] = "consent_receipt.html"

    secret: str
    level: str
    receivers: tuple[Said, ...]
    until: date


@dataclass(frozen=True, slots=True)
class ConsentDeclined:
    """What consent_declined.html shows once the no is recorded."""

    TEMPLATE: ClassVar[str] = "consent_declined.html"

    secret: str
