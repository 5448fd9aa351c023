"""The directed message between two nodes, and the answer to it (PROTOCOL 3).

An envelope is a signed document. (``from``, ``id``) is unique: the same bytes get the
stored answer again, other bytes are a conflict. Its bytes never change between tries.
"""

from dataclasses import dataclass, field
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, JsonValue, model_validator

from crypto import canonical_json
from crypto.encoding import b64url_decode, b64url_encode
from crypto.errors import BadEncodingError
from protocol.descriptor import Descriptor
from protocol.document import Signed
from protocol.errors import ExpiredError, MalformedError, TooLargeError
from protocol.identifiers import (
    MAX_INTEGER,
    Count,
    Day,
    HashHex,
    Id,
    LogOrigin,
    MemberId,
    Name,
    Time,
)
from protocol.value import Value

MAX_ENVELOPE_BYTES = 256 * 1024
MAX_SEALED_BYTES = 7 * 1024 * 1024  # a file of 5 MB in base64url, and the rest
# A parcel holds both in base64url again.
MAX_PARCEL_BYTES = 4 * (MAX_ENVELOPE_BYTES + MAX_SEALED_BYTES) // 3 + 64 * 1024

# A deletion is owed however long it takes (PROTOCOL 4, retries).
WITHOUT_END = frozenset({"delete.receipt"})
REFERRING = frozenset(
    {
        "disclosure.accept",
        "disclosure.decline",
        "reveal.fetch",
        "reveal.give",
        "reveal.refuse",
        "reveal.receipt",
        "outcome.report",
        "referral.receipt",
        "referral.refuse",
    }
)
SEALED_BESIDE = "reveal.give"


class At(Value):
    """The sender's log just before its own ``doc.out`` leaf."""

    log: LogOrigin
    size: Count


class Envelope(Value):
    """One message; ``body`` is read by the class of its ``kind``."""

    model_config = ConfigDict(validate_by_name=True)

    v: Literal[1]
    cs: HashHex
    kind: Name
    id: Id
    sender: Id = Field(alias="from")
    to: Id
    mv: Annotated[int, Field(ge=1, le=MAX_INTEGER)]
    iat: Time
    exp: Time | None = None
    at: At
    ref: Id | None = None
    body: dict[str, JsonValue]

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if self.sender == self.to:
            raise ValueError("to oneself")
        if (self.exp is None) != (self.kind in WITHOUT_END):
            raise ValueError("only some kinds have no end, and they have none")
        if self.exp is not None and self.exp <= self.iat:
            raise ValueError("ends before it begins")
        if self.ref is None and self.kind in REFERRING:
            raise ValueError("names no earlier envelope")
        return self

    def check_fresh(self, *, now: int) -> None:
        """Return while the envelope may still have an effect.

        Raises:
            ExpiredError: ``exp`` has passed.
        """
        if self.exp is not None and now >= self.exp:
            raise ExpiredError("the envelope has expired")


class EnvelopeAnswer(Value):
    """What the receiver did: the id of its ``doc.in`` leaf and that leaf's day."""

    id: Id
    sha256: HashHex
    entry: Id
    day: Day


@dataclass(frozen=True, slots=True)
class Parcel:
    """An envelope as it is posted: ``reveal.give`` has its ciphertext beside it.

    The ciphertext must be erasable, so it lies outside the signed bytes, which hold
    its hash only.
    """

    signed: Signed
    sealed: bytes | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Return the parcel that *payload* carries.

        Raises:
            MalformedError: another form.
            TooLargeError: one of its parts is over its limit.
        """
        if len(payload) > MAX_PARCEL_BYTES:
            raise TooLargeError("parcel too large")
        try:
            document = canonical_json.loads(payload)
            if not isinstance(document, dict):
                raise MalformedError("not an object")
            text = document.pop("sealed", None)
            sealed = b64url_decode(text) if isinstance(text, str) else None
        except BadEncodingError as error:
            raise MalformedError("not a canonical parcel") from error
        parcel = cls(Signed.from_json(document), sealed)
        # A `sealed` that is not a text would otherwise vanish here.
        if parcel.encode() != payload:
            raise MalformedError("not a canonical parcel")
        if sealed is not None and len(sealed) > MAX_SEALED_BYTES:
            raise TooLargeError("sealed part too large")
        return parcel

    def encode(self) -> bytes:
        """Return the one byte string that :meth:`parse` takes back."""
        document = self.signed.to_json()
        if self.sealed is not None:
            document["sealed"] = b64url_encode(self.sealed)
        return canonical_json.dumps(document)


def open_envelope(parcel: Parcel, sender: Descriptor, *, me: MemberId) -> Envelope:
    """Return the envelope that *sender* signed to *me*.

    Whether it is fresh is asked later: a known envelope gets its stored answer even
    after its end. That the sealed part has the hash in the body is its reader's check.

    Raises:
        MalformedError: signature, form, address or consortium is wrong, the document
            key ends before the envelope, or a sealed part is missing or too much.
        TooLargeError: more than ``MAX_ENVELOPE_BYTES``.
    """
    if len(parcel.signed.doc) > MAX_ENVELOPE_BYTES:
        raise TooLargeError("envelope too large")
    key = sender.document_key(parcel.signed)
    envelope = Envelope.parse(parcel.signed.doc)
    if envelope.sender != sender.member or envelope.cs != sender.cs:
        raise MalformedError("envelope of another member or consortium")
    if envelope.to != me:
        raise MalformedError("envelope to another member")
    if envelope.at.log != sender.origin:
        raise MalformedError("envelope names another's log")
    # What has no end stands by its place in the log, not by the time of its key.
    if envelope.exp is not None and not key.start <= envelope.iat < envelope.exp <= key.until:
        raise MalformedError("envelope outside the time of its key")
    if (parcel.sealed is not None) != (envelope.kind == SEALED_BESIDE):
        raise MalformedError("a sealed part missing or too much")
    return envelope


def open_answer(signed: Signed, envelope: Signed, answerer: Descriptor) -> EnvelopeAnswer:
    """Return the answer that *answerer* signed to *envelope*.

    Raises:
        MalformedError: signature or form is wrong, or it answers another envelope.
    """
    answerer.document_key(signed)
    answer = EnvelopeAnswer.parse(signed.doc)
    if answer.sha256 != envelope.digest.hex() or answer.id != Envelope.parse(envelope.doc).id:
        raise MalformedError("answer to another envelope")
    return answer
