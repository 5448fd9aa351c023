"""What came of an introduction, told only where the acceptance allows it (PROTOCOL 3)."""

from enum import StrEnum
from typing import ClassVar

from protocol.value import Value


class Outcome(StrEnum):
    """What the receiver tells."""

    INTERVIEWED = "interviewed"
    HIRED = "hired"
    DECLINED = "declined"


class OutcomeReport(Value):
    """R tells O."""

    KIND: ClassVar[str] = "outcome.report"

    result: Outcome
