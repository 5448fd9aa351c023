r"""The body behind a leaf's commitment: an evidence part and a part of values (PROTOCOL 1).

    c = SHA-256("tasuki/1 body\n" || SHA-256(0x00 || n_e || ev) || SHA-256(0x01 || n_p || pr))

Erasing destroys the values and their nonce and keeps the hash of that part: the
leaf still opens, and the values cannot be guessed.
"""

from dataclasses import dataclass, field
from typing import Self

from crypto import canonical_json
from crypto.canonical_json import Json
from crypto.encoding import hex_decode
from crypto.errors import BadEncodingError
from crypto.hashing import sha256, tagged
from crypto.randomness import random_bytes
from protocol.errors import MalformedError, TooLargeError

MAX_TOKEN_BYTES = 16 * 1024  # both parts of a token's body
MAX_BODY_BYTES = 256 * 1024  # both parts of any other
NONCE_BYTES = 32

_EVIDENCE = b"\x00"
_VALUES = b"\x01"
_WHOLE = {"ev", "n_e", "pr", "n_p"}
_ERASED = {"ev", "n_e", "pr_hash"}


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment: `pr` and `n_p` are both there, or both erased.

    Raises:
        MalformedError: only one of them is there, or `pr_hash` is not their hash.
    """

    ev: dict[str, Json]
    n_e: bytes
    pr: dict[str, Json] | None = field(repr=False)
    n_p: bytes | None = field(repr=False)
    pr_hash: bytes

    def __post_init__(self) -> None:
        if (self.pr is None) != (self.n_p is None):
            raise MalformedError("values without their nonce, or a nonce without values")
        if self.pr is None or self.n_p is None:
            return
        if self.pr_hash != _part(_VALUES, self.n_p, canonical_json.dumps(self.pr)):
            raise MalformedError("not the hash of these values")

    @classmethod
    def make(cls, ev: dict[str, Json], pr: dict[str, Json]) -> Self:
        """Return a new body of these parts, with fresh nonces."""
        return cls._whole(ev, random_bytes(NONCE_BYTES), pr, random_bytes(NONCE_BYTES))

    @classmethod
    def _whole(cls, ev: dict[str, Json], n_e: bytes, pr: dict[str, Json], n_p: bytes) -> Self:
        return cls(ev, n_e, pr, n_p, _part(_VALUES, n_p, canonical_json.dumps(pr)))

    @classmethod
    def from_json(cls, document: Json) -> Self:
        """Return the opening inside an already parsed *document*, in either form.

        Raises:
            MalformedError: another form.
        """
        if not isinstance(document, dict):
            raise MalformedError("not an opening")
        ev, n_e = _object(document.get("ev")), _hash(document.get("n_e"))
        if document.keys() == _ERASED:
            return cls(ev, n_e, None, None, _hash(document["pr_hash"]))
        if document.keys() != _WHOLE:
            raise MalformedError("not the parts of an opening")
        return cls._whole(ev, n_e, _object(document["pr"]), _hash(document["n_p"]))

    def to_json(self) -> dict[str, Json]:
        """Return the plain object that is sent."""
        head: dict[str, Json] = {"ev": self.ev, "n_e": self.n_e.hex()}
        if self.pr is None or self.n_p is None:
            return head | {"pr_hash": self.pr_hash.hex()}
        return head | {"pr": self.pr, "n_p": self.n_p.hex()}

    @property
    def is_erased(self) -> bool:
        """Tell whether the values are gone."""
        return self.pr is None

    @property
    def size_bytes(self) -> int:
        """The canonical bytes of both parts."""
        values = b"" if self.pr is None else canonical_json.dumps(self.pr)
        return len(canonical_json.dumps(self.ev)) + len(values)

    def commitment(self) -> bytes:
        """Return `c`, the same before and after erasure."""
        evidence = _part(_EVIDENCE, self.n_e, canonical_json.dumps(self.ev))
        return tagged("tasuki/1 body", evidence, self.pr_hash)

    def erased(self) -> Self:
        """Return what is left when the values and their nonce are destroyed."""
        return type(self)(self.ev, self.n_e, None, None, self.pr_hash)

    def check(self, c: str, *, limit_bytes: int = MAX_BODY_BYTES) -> None:
        """Return if this opens the commitment *c* (64 hex digits).

        Raises:
            TooLargeError: the parts have more than *limit_bytes*.
            MalformedError: it opens another commitment.
        """
        if self.size_bytes > limit_bytes:
            raise TooLargeError("body too large")
        if self.commitment().hex() != c:
            raise MalformedError("opening of another leaf")


def _part(mark: bytes, nonce: bytes, canonical: bytes) -> bytes:
    return sha256(mark + nonce + canonical)


def _object(part: Json) -> dict[str, Json]:
    if not isinstance(part, dict):
        raise MalformedError("part of a body that is no object")
    return part


def _hash(text: Json) -> bytes:
    """Return the 32 bytes of a nonce or hash."""
    if not isinstance(text, str):
        raise MalformedError("nonce or hash that is no text")
    try:
        return hex_decode(text, NONCE_BYTES)
    except BadEncodingError as error:
        raise MalformedError("not a nonce or hash") from error
