"""Notes: text signed by one or more keys (c2sp.org/signed-note).

    <text, ending in a newline>
    <blank line>
    — <key name> base64(key ID || signature)

One note has one spelling: :meth:`Note.parse` refuses every byte string that
:meth:`Note.encode` would not have written.
"""

from dataclasses import dataclass, replace
from typing import Self

from crypto.ed25519 import VerifyKey
from crypto.encoding import b64_decode, b64_encode
from crypto.errors import BadEncodingError, BadKeyError, BadSignatureError
from crypto.hashing import sha256
from protocol.errors import MalformedError

ED25519 = 0x01
COSIGNATURE_V1 = 0x04
# The standard asks for room for 16 signatures of up to 5 kB.
MAX_NOTE_BYTES = 256 * 1024
MAX_SIGNATURES = 100

_DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key as a verifier knows it: name, signature type, 32 bytes of Ed25519.

    Raises:
        MalformedError: a name with spaces or plus, another signature type, an unusable key.
    """

    name: str
    kind: int
    key: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.kind not in (ED25519, COSIGNATURE_V1):
            raise MalformedError("unknown note signature type")
        try:
            VerifyKey(self.key)
        except BadKeyError as error:
            raise MalformedError("verifier key is not an Ed25519 key") from error

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name || 0x0A || type || key)."""
        return sha256(self.name.encode() + b"\n" + self._material)[:4]

    @property
    def text(self) -> str:
        """The vkey line: name, key id in hex, type and key in base64, joined by plus signs."""
        return f"{self.name}+{self.key_id.hex()}+{b64_encode(self._material)}"

    @property
    def _material(self) -> bytes:
        return bytes([self.kind]) + self.key

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the verifier that the vkey *text* spells.

        Raises:
            MalformedError: another form, type or key, or the key id is not that of the key.
        """
        try:
            name, _, encoded = text.split("+", 2)
            material = b64_decode(encoded)
        except (ValueError, BadEncodingError) as error:
            raise MalformedError("not a verifier key") from error
        verifier = cls(name, material[0] if material else 0, material[1:])
        if verifier.text != text:
            raise MalformedError("key id of the verifier key does not fit")
        return verifier

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return if *signature* (64 bytes) is this key's over *message*.

        Raises:
            MalformedError: it is not.
        """
        try:
            VerifyKey(self.key).verify(message, signature)
        except BadSignatureError as error:
            raise MalformedError("signature of a known key does not hold") from error


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: key name, key id (4 bytes) and what the key's type puts there.

    Raises:
        MalformedError: a name with spaces or plus, another length.
    """

    name: str
    key_id: bytes
    blob: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.key_id) != 4 or not self.blob:  # noqa: PLR2004 - uint32 of the standard
            raise MalformedError("note signature has a wrong length")

    @property
    def line(self) -> str:
        """The signature line without its newline."""
        return f"{_DASH}{self.name} {b64_encode(self.key_id + self.blob)}"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Return the signature that *line* (without its newline) spells.

        Raises:
            MalformedError: it is none.
        """
        name, separator, encoded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not separator:
            raise MalformedError("not a note signature line")
        try:
            data = b64_decode(encoded)
        except BadEncodingError as error:
            raise MalformedError("note signature is not base64") from error
        return cls(name, data[:4], data[4:])

    def is_by(self, verifier: Verifier) -> bool:
        """Tell whether the line claims to be by *verifier*: same name and same key id."""
        return self.name == verifier.name and self.key_id == verifier.key_id


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its signature lines, none of them trusted before it is verified.

    Raises:
        MalformedError: the text has no final newline or has control characters,
            or there is no signature, or there are more than ``MAX_SIGNATURES``.
    """

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise MalformedError("note text does not end in a newline")
        if any(character < " " and character != "\n" for character in self.text):
            raise MalformedError("note text has control characters")
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise MalformedError("note has no signatures or too many")

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Return the note that *payload* spells.

        Raises:
            MalformedError: it is no note, or one of more than ``MAX_NOTE_BYTES``.
        """
        if len(payload) > MAX_NOTE_BYTES:
            raise MalformedError("note is too large")
        try:
            message = payload.decode()
        except UnicodeDecodeError as error:
            raise MalformedError("note is not UTF-8") from error
        # The text may have blank lines of its own: the last one separates.
        text, separator, lines = message.rpartition("\n\n")
        if not separator or not lines.endswith("\n"):
            raise MalformedError("note has no signature lines")
        return cls(text + "\n", parse_signature_lines(lines))

    def encode(self) -> bytes:
        """Return the bytes of the note."""
        return (self.text + "\n" + encode_signature_lines(self.signatures)).encode()

    def with_signature(self, signature: NoteSignature) -> Self:
        """Return the note with *signature* in place of an earlier one of that key, or added."""
        key = (signature.name, signature.key_id)
        others = tuple(other for other in self.signatures if (other.name, other.key_id) != key)
        return replace(self, signatures=(*others, signature))

    def lines_of(self, verifier: Verifier) -> tuple[NoteSignature, ...]:
        """Return the lines that claim to be by *verifier*, unverified, at least one.

        Raises:
            MalformedError: there is none.
        """
        lines = tuple(line for line in self.signatures if line.is_by(verifier))
        if not lines:
            raise MalformedError("note is not signed by the expected key")
        return lines

    def signed_by(self, verifier: Verifier) -> NoteSignature:
        """Return the Ed25519 signature (type 0x01) of *verifier* over the text.

        Raises:
            MalformedError: there is none, or one that claims to be does not hold.
        """
        if verifier.kind != ED25519:
            raise MalformedError("not a key that signs notes")
        lines = self.lines_of(verifier)
        for line in lines:
            verifier.verify(self.text.encode(), line.blob)
        return lines[0]


def encode_signature_lines(signatures: tuple[NoteSignature, ...]) -> str:
    """Return one line a signature, each with its newline."""
    return "".join(f"{signature.line}\n" for signature in signatures)


def parse_signature_lines(text: str) -> tuple[NoteSignature, ...]:
    """Return the signatures of *text*, one a line, the last with its newline too.

    Raises:
        MalformedError: a line is no signature line, or the last newline is missing.
    """
    *lines, rest = text.split("\n")
    if rest or not lines:
        raise MalformedError("note signature line does not end in a newline")
    return tuple(NoteSignature.parse(line) for line in lines)


def _check_name(name: str) -> None:
    if not name or any(c.isspace() or c < " " or c == "+" for c in name):
        raise MalformedError("not a key name")
