r"""A signed document: bytes and the signatures over them (PROTOCOL 0).

It travels as ``{"doc": base64url of the bytes, "sigs": [{"key", "sig"}, …]}``; the
signed text is ``"tasuki/1 doc\n" || SHA-256(bytes)``. Whoever reads one verifies
first and only then parses the bytes that were signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field

from crypto import canonical_json
from crypto.canonical_json import Json
from crypto.ed25519 import SigningKey, VerifyKey
from crypto.encoding import b64url_decode, b64url_encode
from crypto.errors import BadSignatureError
from crypto.hashing import sha256
from protocol.errors import MalformedError, TooLargeError
from protocol.identifiers import Base64Url, KeyId, KeyIdHex
from protocol.value import Value

MAX_DOCUMENT_BYTES = 1024 * 1024
MAX_SIGNATURES = 64
CLOCK_SKEW_S = 60  # how far a signer's clock may run ahead of the reader's

_LABEL = b"tasuki/1 doc\n"
_SIGNATURE_CHARACTERS = 86  # 64 bytes


class DocSignature(Value):
    """One key's signature."""

    key: KeyIdHex
    sig: Annotated[
        Base64Url, Field(min_length=_SIGNATURE_CHARACTERS, max_length=_SIGNATURE_CHARACTERS)
    ]


class SignedJson(Value):
    """The form in which a signed document travels."""

    doc: Base64Url
    sigs: Annotated[tuple[DocSignature, ...], Field(min_length=1, max_length=MAX_SIGNATURES)]


@dataclass(frozen=True, slots=True)
class Signed:
    """Bytes, and the signatures that came with them; nothing is verified yet."""

    doc: bytes
    sigs: tuple[DocSignature, ...]

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Return the document that *payload* carries.

        Raises:
            MalformedError: another form, no signature, or two by one key.
            TooLargeError: the bytes are more than ``MAX_DOCUMENT_BYTES``.
        """
        return cls.from_wire(SignedJson.parse(payload))

    @classmethod
    def from_json(cls, document: Json) -> Self:
        """Return the document inside an already parsed *document*.

        Raises:
            MalformedError: another form, no signature, or two by one key.
            TooLargeError: the bytes are more than ``MAX_DOCUMENT_BYTES``.
        """
        return cls.from_wire(SignedJson.from_json(document))

    @classmethod
    def from_wire(cls, wire: SignedJson) -> Self:
        """Return the document that *wire* holds.

        Raises:
            MalformedError: two signatures by one key.
            TooLargeError: the bytes are more than ``MAX_DOCUMENT_BYTES``.
        """
        if len({sig.key for sig in wire.sigs}) != len(wire.sigs):
            raise MalformedError("two signatures by one key")
        doc = b64url_decode(wire.doc)
        if len(doc) > MAX_DOCUMENT_BYTES:
            raise TooLargeError("document too large")
        return cls(doc, wire.sigs)

    def to_wire(self) -> SignedJson:
        """Return the form that travels."""
        return SignedJson(doc=b64url_encode(self.doc), sigs=self.sigs)

    def to_json(self) -> dict[str, Json]:
        """Return the plain object that travels."""
        return self.to_wire().to_json()

    def encode(self) -> bytes:
        """Return the one byte string that :meth:`parse` takes back."""
        return self.to_wire().canonical()

    @property
    def digest(self) -> bytes:
        """SHA-256 of the document without its signatures."""
        return sha256(self.doc)

    @property
    def sigs_digest(self) -> bytes:
        """SHA-256 of the canonical list of signatures."""
        return sha256(canonical_json.dumps([sig.to_json() for sig in self.sigs]))

    def verify(self, keys: Mapping[KeyId, VerifyKey]) -> frozenset[KeyId]:
        """Return which of *keys* signed; signatures by other keys are ignored.

        Raises:
            MalformedError: a signature by one of *keys* does not hold, or none is by one.
        """
        signed = _signed_text(self.doc)
        found = set[KeyId]()
        for signature in self.sigs:
            name = KeyId(signature.key)
            if name not in keys:
                continue
            try:
                keys[name].verify(signed, b64url_decode(signature.sig))
            except BadSignatureError as error:
                raise MalformedError("a document signature does not hold") from error
            found.add(name)
        if not found:
            raise MalformedError("no document signature by a known key")
        return frozenset(found)

    def countersign(self, name: KeyId, key: SigningKey) -> Self:
        """Return the same document with the signature of one more key.

        Raises:
            MalformedError: that key has signed already, or there is no more room.
        """
        if any(sig.key == name for sig in self.sigs):
            raise MalformedError("signed by that key already")
        if len(self.sigs) == MAX_SIGNATURES:
            raise MalformedError("no room for one more signature")
        return type(self)(self.doc, (*self.sigs, _signature(self.doc, name, key)))


def sign(doc: bytes, signers: Sequence[tuple[KeyId, SigningKey]]) -> Signed:
    """Return *doc* with one signature by each of *signers*, in that order."""
    return Signed(doc, tuple(_signature(doc, name, key) for name, key in signers))


def _signed_text(doc: bytes) -> bytes:
    return _LABEL + sha256(doc)


def _signature(doc: bytes, name: KeyId, key: SigningKey) -> DocSignature:
    return DocSignature(key=name, sig=b64url_encode(key.sign(_signed_text(doc))))
