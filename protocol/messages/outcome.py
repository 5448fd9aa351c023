"""What came of an introduction, told only where the acceptance allows it (PROTOCOL 3)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Final

from protocol.introduction_life import Event
from protocol.value import Value


class Outcome(StrEnum):
    """What the receiver tells."""

    INTERVIEWED = "interviewed"
    HIRED = "hired"
    DECLINED = "declined"


EVENT_OF: Final[Mapping[Outcome, Event]] = {
    Outcome.INTERVIEWED: Event.INTERVIEW,
    Outcome.HIRED: Event.HIRE,
    Outcome.DECLINED: Event.DECLINE,
}


class OutcomeReport(Value):
    """R tells O."""

    KIND: ClassVar[str] = "outcome.report"

    result: Outcome
