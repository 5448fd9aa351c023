"""The claim of a receiver that a token's values are destroyed (PROTOCOL 3 and 4)."""

from typing import ClassVar, Literal

from protocol.identifiers import Day, HashHex, Id
from protocol.value import Value


class DeleteReceipt(Value):
    """R destroyed `pr` and `n_p` of *token* on *day*; `held` is false if it never had them."""

    KIND: ClassVar[str] = "delete.receipt"

    token: Id
    c: HashHex
    day: Day
    held: Literal[False] | None = None
