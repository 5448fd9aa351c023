"""A log's lease: what its tokens may be used against, and until when (PROTOCOL 4).

A peer may match, show or propose on tokens of an origin only while some status it
holds of it is valid and its own cursor has reached that size with that root.
"""

from typing import Literal, Self

from pydantic import model_validator

from protocol.descriptor import Descriptor
from protocol.document import CLOCK_SKEW_S, Signed
from protocol.errors import ExpiredError, MalformedError
from protocol.identifiers import Count, HashHex, LogOrigin, Time
from protocol.value import Value


class Status(Value):
    """The head of a log that its owner stands by from ``issued`` to ``valid_until``."""

    v: Literal[1]
    origin: LogOrigin
    size: Count
    root: HashHex
    issued: Time
    valid_until: Time

    @model_validator(mode="after")
    def _has_a_time(self) -> Self:
        if self.valid_until <= self.issued:
            raise ValueError("ends before it begins")
        return self

    def check_valid(self, *, now: int) -> None:
        """Return while the lease runs.

        Raises:
            ExpiredError: it is over, or it begins later than any clock skew explains.
        """
        if not self.issued - CLOCK_SKEW_S <= now < self.valid_until:
            raise ExpiredError("status is not valid now")


def open_status(signed: Signed, owner: Descriptor, *, lease_s: int) -> Status:
    """Return the status that *owner* signed with a document key.

    Raises:
        MalformedError: signature or form is wrong, it is about another's log, does
            not last ``lease_s`` seconds, or was issued outside the time of its key.
    """
    key = owner.document_key(signed)
    status = Status.parse(signed.doc)
    if status.origin != owner.origin:
        raise MalformedError("status of another log")
    if status.valid_until - status.issued != lease_s:
        raise MalformedError("status with another lease")
    if not key.start <= status.issued < key.until:
        raise MalformedError("status outside the time of its key")
    return status
