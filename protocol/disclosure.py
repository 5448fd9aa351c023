"""A disclosure at the origin: the request, the candidate's yes, and what followed (PROTOCOL 6).

The yes commits to the identity bytes by a hash, so that what is given later is what
was agreed to; it names the proposal by its hash, so that it serves no other.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Final, Literal

from crypto.hashing import tagged
from protocol.consent import Signature, Statement
from protocol.day import add_days, day_of, start_of
from protocol.fields import IdentityFields
from protocol.identifiers import HashHex, Id, Time
from protocol.life import step
from protocol.terms import Employer
from protocol.value import Value

HOLD_DAYS = 7  # from the day of a proposal's `not_after` to the last day of its hold


class State(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    HELD = "held"  # a yes that can still be undone and that nobody was told
    SENT = "sent"
    GIVEN = "given"
    UNOPENED = "unopened"  # the receiver could not open what it got
    RECEIPTED = "receipted"
    DECLINED = "declined"
    EXPIRED = "expired"
    ENDED = "ended"  # by a withdrawal, a block, an undo after it was told, a leaving member


class Event(StrEnum):
    """What happens to it."""

    ACCEPT = "accept"
    DECLINE = "decline"
    UNDO = "undo"
    SEND = "send"
    GIVE = "give"
    RECEIPT = "receipt"
    CANNOT_OPEN = "cannot-open"
    EXPIRE = "expire"
    END = "end"


TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    State.ASKED: {
        Event.ACCEPT: State.HELD,
        Event.DECLINE: State.DECLINED,
        Event.EXPIRE: State.EXPIRED,
        Event.END: State.ENDED,
    },
    State.HELD: {
        Event.UNDO: State.ASKED,
        Event.SEND: State.SENT,
        Event.EXPIRE: State.EXPIRED,
        Event.END: State.ENDED,
    },
    State.SENT: {
        Event.UNDO: State.ENDED,
        Event.GIVE: State.GIVEN,
        Event.EXPIRE: State.EXPIRED,
        Event.END: State.ENDED,
    },
    State.GIVEN: {Event.RECEIPT: State.RECEIPTED, Event.CANNOT_OPEN: State.UNOPENED},
    State.UNOPENED: {
        Event.GIVE: State.GIVEN,
        Event.EXPIRE: State.EXPIRED,
        Event.END: State.ENDED,
    },
    State.RECEIPTED: {},
    State.DECLINED: {},
    State.EXPIRED: {},
    State.ENDED: {},
}


def advance(state: State, event: Event) -> State:
    """Return the state after *event*.

    Raises:
        UnexpectedEventError: it cannot happen in *state*.
    """
    return step(TRANSITIONS, state, event)


class AcceptStatement(Statement):
    """The candidate's yes to one proposal: which fields go to whom, committed by a hash."""

    LABEL: ClassVar[bytes] = b"tasuki/1 accept\n"

    cs: HashHex
    origin: Id
    to: Id
    employer: Employer
    token: Id
    proposal: HashHex
    fields: IdentityFields
    report: bool  # may the receiver tell the origin what came of it
    payload: HashHex
    not_after: Time


class Accept(Value):
    """Evidence: a yes."""

    kind: Literal["accept"] = "accept"
    statement: AcceptStatement
    signature: Signature


class Undo(Value):
    """Evidence: the yes with that leaf id was taken back."""

    kind: Literal["undo"] = "undo"
    accept: Id


def hold_until(not_after: int) -> str:
    """Return the last day of the hold for a proposal that is open until *not_after*.

    Raises:
        MalformedError: there is no such day.
    """
    return add_days(day_of(not_after), HOLD_DAYS)


def end_of_acceptance(not_after: int) -> int:
    """Return the `not_after` of a yes to a proposal that is open until *not_after*.

    It is 00:00 UTC after the last day of the hold.

    Raises:
        MalformedError: there is no such day.
    """
    return start_of(add_days(hold_until(not_after), 1))


def payload_commitment(nonce: bytes, identity: bytes) -> bytes:
    """Return what a yes shows of the identity bytes, with a *nonce* of 32 random bytes."""
    return tagged("tasuki/1 payload", nonce, identity)
