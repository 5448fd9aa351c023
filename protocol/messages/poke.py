"""The hint that a log has grown (PROTOCOL 3); it makes no leaf, pulling is the truth."""

from typing import ClassVar

from protocol.identifiers import Count, LogOrigin
from protocol.value import Value


class Poke(Value):
    """The sender knows *log*, its own or the receiver's, at that size."""

    KIND: ClassVar[str] = "poke"

    log: LogOrigin
    size: Count
