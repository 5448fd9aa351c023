"""The person's own page after a consent: what is shown to whom, and how to stop."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from node.i18n import message
from node.web.ui.parts import Deletion, Pair, Said


class ConsentState(StrEnum):
    """How the person's consent stands."""

    WAITING = "waiting"  # recorded, not yet published
    LIVE = "live"
    WITHHELD = "withheld"  # too few people share the details
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    EXPIRED = "expired"


class AnswerState(StrEnum):
    """How one request for contact stands."""

    ASKED = "asked"
    HELD = "held"
    SENT = "sent"
    DECLINED = "declined"
    EXPIRED = "expired"
    ENDED = "ended"


CONSENT_STATES = {
    ConsentState.WAITING: (message("Being prepared"), "key"),
    ConsentState.LIVE: (message("Introduced"), "ok"),
    ConsentState.WITHHELD: (message("Not shown"), "warn"),
    ConsentState.WITHDRAWN: (message("Stopped"), ""),
    ConsentState.REPLACED: (message("Replaced by a later consent"), ""),
    ConsentState.EXPIRED: (message("Over"), ""),
}
ANSWER_STATES = {
    AnswerState.ASKED: (message("not answered yet"), "key"),
    AnswerState.HELD: (message("accepted, not sent yet"), "warn"),
    AnswerState.SENT: (message("accepted and sent"), "ok"),
    AnswerState.DECLINED: (message("declined"), ""),
    AnswerState.EXPIRED: (message("no answer"), ""),
    AnswerState.ENDED: (message("ended"), ""),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A company that may see the token; *delivered* is the day on which it took it."""

    name: Said
    delivered: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for contact; *until* where it still waits for an answer."""

    name: Said
    day: date
    state: AnswerState
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatusPage:
    """What status.html shows."""

    TEMPLATE: ClassVar[str] = "status.html"

    secret: str
    state: ConsentState
    until: date
    level: str
    shown: tuple[Pair, ...]
    people: int | None
    receivers: tuple[Shown, ...]
    never: tuple[Said, ...]
    asked: tuple[Asked, ...]
    deletions: tuple[Deletion, ...]
    is_code_needed: bool
    tries_left: int | None = None

    @property
    def can_stop(self) -> bool:
        """Whether there is something to withdraw."""
        return self.state in {ConsentState.WAITING, ConsentState.LIVE, ConsentState.WITHHELD}
