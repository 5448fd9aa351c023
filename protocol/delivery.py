"""Records of what was handed over: envelopes, token bodies, and the matrix (PROTOCOL 3 and 4)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field

from protocol.document import Signed
from protocol.fields import in_one_order
from protocol.identifiers import HashHex, Id, Name
from protocol.life import step
from protocol.value import Value


class _DocRecord(Value):
    """What both sides record of one envelope, under different nonces."""

    type: Name
    sha256: HashHex
    sig_sha256: HashHex

    @classmethod
    def of(cls, kind: str, signed: Signed) -> Self:
        """Return the record of the envelope of that message *kind*."""
        return cls(type=kind, sha256=signed.digest.hex(), sig_sha256=signed.sigs_digest.hex())


class DocOut(_DocRecord):
    """Evidence: this envelope was queued, in the transaction of this leaf."""

    kind: Literal["doc.out"] = "doc.out"


class DocIn(_DocRecord):
    """Evidence: this envelope was applied, in the transaction of this leaf."""

    kind: Literal["doc.in"] = "doc.in"


class Delivery(Value):
    """Evidence: these tokens' bodies went to *to* in answer to that fetch (APPI art. 29)."""

    kind: Literal["delivery"] = "delivery"
    fetch: HashHex
    to: Id
    tokens: Annotated[tuple[Id, ...], Field(min_length=1), AfterValidator(in_one_order)]


class State(StrEnum):
    """A cell of the matrix token by receiver."""

    NOT_DELIVERED = "not-delivered"
    DELIVERED = "delivered"
    DELETED = "deleted"
    OVERDUE = "overdue"


class Event(StrEnum):
    """What happens in it."""

    DELIVER = "deliver"
    RECEIPT = "receipt"
    MISS = "miss"  # no receipt within `sla_s` of the token's end


# A body whose answer was lost is asked for, and delivered, again; and a receiver says
# that it holds nothing of a token whose answer never came.
TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    State.NOT_DELIVERED: {Event.DELIVER: State.DELIVERED, Event.RECEIPT: State.DELETED},
    State.DELIVERED: {
        Event.DELIVER: State.DELIVERED,
        Event.RECEIPT: State.DELETED,
        Event.MISS: State.OVERDUE,
    },
    State.OVERDUE: {Event.RECEIPT: State.DELETED},
    State.DELETED: {},
}


def advance(state: State, event: Event) -> State:
    """Return the state after *event*.

    Raises:
        UnexpectedEventError: it cannot happen in *state*.
    """
    return step(TRANSITIONS, state, event)
