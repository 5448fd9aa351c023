"""The proposal of a receiver for a token (PROTOCOL 3 and 6, reveal step 1)."""

from typing import Annotated, ClassVar

from pydantic import Field

from protocol.identifiers import HashHex, Id, Time
from protocol.leaf_place import LeafPlace
from protocol.terms import Clause, Terms
from protocol.value import Value

MAX_RETENTION_DAYS = 3650


class HoldPlace(LeafPlace):
    """The hold in the receiver's log, and the salt that opens its binding at the origin."""

    salt: HashHex


class MatchPropose(Value):
    """R asks O to ask the person behind *token*."""

    KIND: ClassVar[str] = "match.propose"

    token: Id
    job: HashHex  # digest of the opening, the receiver's own record
    terms: Terms
    purpose: Annotated[Clause, Field(max_length=400)]  # shown to the person as it is
    retention: Annotated[int, Field(ge=1, le=MAX_RETENTION_DAYS)]  # days
    not_after: Time
    hold: HoldPlace
