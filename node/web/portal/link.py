"""Links that lead nowhere any more, and the ways to stop: by one click, or by the page."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from node.i18n import message


class LinkFault(StrEnum):
    """Why a link does not open its page."""

    EXPIRED = "expired"
    USED = "used"
    UNKNOWN = "unknown"
    LOCKED = "locked"


FAULTS = {
    LinkFault.EXPIRED: (
        message("The link has expired"),
        message("The time in which this link works is over."),
    ),
    LinkFault.USED: (
        message("The link has been used"),
        message("What it was for is answered. Your page is behind the first link."),
    ),
    LinkFault.UNKNOWN: (
        message("The link is not known"),
        message("Perhaps it was cut in two by the mail program. Please copy the whole link."),
    ),
    LinkFault.LOCKED: (
        message("The link is locked"),
        message("The code was wrong five times. This protects you from others."),
    ),
}


@dataclass(frozen=True, slots=True)
class LinkFailure:
    """What link_failure.html shows; *secret* only where a new link may be asked for."""

    TEMPLATE: ClassVar[str] = "link_failure.html"

    fault: LinkFault
    until: date | None = None
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class LinkRenewed:
    """What link_renewed.html shows; the same for everybody who asks."""

    TEMPLATE: ClassVar[str] = "link_renewed.html"


@dataclass(frozen=True, slots=True)
class StopPage:
    """What stop.html shows behind the stop link of a mail (RFC 8058)."""

    TEMPLATE: ClassVar[str] = "stop.html"

    secret: str
    has_consented: bool
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class HowToStop:
    """What how_to_stop.html shows: the address that every consent names for its withdrawal."""

    TEMPLATE: ClassVar[str] = "how_to_stop.html"
