"""Refusals on the wire (RFC 9457) and which of them end a message for good (PROTOCOL 4).

The problem's type decides, never the HTTP status; and a final problem is final only
if the answer was signed.
"""

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field

from protocol.descriptor import Descriptor
from protocol.document import Signed, SignedJson
from protocol.envelope import Envelope
from protocol.errors import MalformedError, ProtocolError
from protocol.identifiers import HashHex, Id
from protocol.value import Value

CONTENT_TYPE = "application/problem+json"
MAX_PROBLEM_BYTES = 16 * 1024

STATUS_OF = {
    "malformed": 400,
    "too-large": 413,
    "conflict": 409,
    "unknown-kind": 422,
    "out-of-state": 409,
    "expired": 410,
    "gone": 410,
    "unauthorized": 401,
    "membership-ahead": 425,
    "log-behind": 425,
    "fork": 409,
    "internal": 500,
}
FINAL = frozenset(
    {"malformed", "too-large", "conflict", "unknown-kind", "out-of-state", "expired", "gone"}
)

_PREFIX = "urn:tasuki:problem:"


class Refusal(Value):
    """What a receiver signs when an envelope is refused for good."""

    type: Annotated[str, Field(pattern=rf"\A{_PREFIX}[a-z-]+\z")]
    id: Id
    sha256: HashHex


class _Wire(Value):
    type: Annotated[str, Field(pattern=rf"\A{_PREFIX}[a-z-]+\z")]
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(max_length=1000)]
    signed: SignedJson | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal; *signed* is a :class:`Refusal` where it is about an envelope and final."""

    kind: str
    detail: str
    signed: Signed | None = None

    @classmethod
    def of(cls, error: ProtocolError) -> Self:
        """Return the problem that *error* names, with its message, which holds no person."""
        return cls(error.problem, str(error))

    @property
    def status(self) -> int:
        """The HTTP status that goes with the kind."""
        return STATUS_OF[self.kind]

    @property
    def is_final(self) -> bool:
        """Whether the sender need not try again, provided that the answer was signed."""
        return self.kind in FINAL

    def encode(self) -> bytes:
        """Return the body of the answer."""
        signed = None if self.signed is None else self.signed.to_wire()
        return _Wire(
            type=_PREFIX + self.kind, status=self.status, detail=self.detail, signed=signed
        ).canonical()

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Return the problem that *payload* carries.

        Raises:
            MalformedError: another form, an unknown type, or another status than its.
        """
        if len(payload) > MAX_PROBLEM_BYTES:
            raise MalformedError("problem too large")
        wire = _Wire.parse(payload)
        kind = wire.type.removeprefix(_PREFIX)
        if STATUS_OF.get(kind) != wire.status:
            raise MalformedError("unknown problem")
        signed = None if wire.signed is None else Signed.from_wire(wire.signed)
        return cls(kind, wire.detail, signed)


def refusal(kind: str, envelope: Envelope) -> Refusal:
    """Return the document that settles that *envelope* was refused as *kind*."""
    return Refusal(type=_PREFIX + kind, id=envelope.id, sha256=envelope.digest().hex())


def open_refusal(problem: Problem, envelope: Signed, refuser: Descriptor) -> Refusal:
    """Return the refusal of *envelope* that *refuser* signed.

    Raises:
        MalformedError: nothing is signed, signature or form is wrong, the kind is not
            final or not the problem's, or it is about another envelope.
    """
    if problem.signed is None:
        raise MalformedError("problem without a signed refusal")
    refuser.document_key(problem.signed)
    found = Refusal.parse(problem.signed.doc)
    if not problem.is_final or found != refusal(problem.kind, Envelope.parse(envelope.doc)):
        raise MalformedError("another refusal")
    return found
