"""A secret wrapped under a passphrase by Argon2id (RFC 9106), for key files at rest.

The text is `$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<sealed>` with
base64url; all before the last field is the place of the sealed record, so that
nobody exchanges salt or parameters.
"""

import re
import unicodedata

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from crypto import aead
from crypto.encoding import b64url_decode, b64url_encode
from crypto.errors import BadCiphertextError, BadEncodingError
from crypto.randomness import random_bytes

# Memory and passes of the second recommended option of RFC 9106 section 4, with one
# lane: measured with cryptography 50, two derivations of several lanes at a time end in
# MemoryError or never, so that two log-ins at once would stop a node.
_MEMORY_KIB, _PASSES, _LANES = 2**16, 3, 1
_SALT_BYTES = 16
# A foreign file may ask for more than our own, but not for the machine's whole memory.
_MAX_MEMORY_KIB, _MAX_PASSES, _MAX_LANES = 2**18, 16, 16
_MIN_KIB_PER_LANE = 8
_WRAPPED = re.compile(
    r"(?P<head>\$argon2id\$v=19"
    r"\$m=(?P<memory>[1-9][0-9]{0,6}),t=(?P<passes>[1-9][0-9]?),p=(?P<lanes>[1-9][0-9]?)"
    r"\$(?P<salt>[A-Za-z0-9_-]{22})\$)"
    r"(?P<sealed>[A-Za-z0-9_-]+)"
)


class Wrapper:
    """One passphrase, stretched once for all secrets that share a salt.

    What one wrapper wraps shares one: a node opens its key files in the time of one,
    and who guesses needs one stretch a guess for any number of files of a node anyway.
    """

    def __init__(self, passphrase: str) -> None:
        self._passphrase = passphrase
        self._salt = random_bytes(_SALT_BYTES)
        self._stretched: dict[str, bytes] = {}

    def wrap(self, secret: bytes) -> bytes:
        """Return *secret* wrapped, as one ASCII line without its end."""
        parameters = f"m={_MEMORY_KIB},t={_PASSES},p={_LANES}"
        head = f"$argon2id$v=19${parameters}${b64url_encode(self._salt)}$"
        key = self._key(head, self._salt, _MEMORY_KIB, _PASSES, _LANES)
        return (head + b64url_encode(aead.seal(key, secret, head.encode("ascii")))).encode("ascii")

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return the secret inside *wrapped*.

        Raises:
            BadCiphertextError: another passphrase, an altered text, or parameters
                beyond 256 MiB, 16 passes or 16 lanes.
        """
        head, salt, sealed, (memory, passes, lanes) = _parse(wrapped)
        key = self._key(head, salt, memory, passes, lanes)
        return aead.open_sealed(key, sealed, head.encode("ascii"))

    def _key(self, head: str, salt: bytes, memory: int, passes: int, lanes: int) -> bytes:
        if head not in self._stretched:
            self._stretched[head] = _stretch(self._passphrase, salt, memory, passes, lanes)
        return self._stretched[head]


def _parse(wrapped: bytes) -> tuple[str, bytes, bytes, tuple[int, int, int]]:
    """Return head, salt, sealed record, and memory (KiB), passes and lanes within the bounds."""
    try:
        match = _WRAPPED.fullmatch(wrapped.decode("ascii"))
        if match is None:
            raise BadCiphertextError("not a wrapped secret")
        salt, sealed = b64url_decode(match["salt"]), b64url_decode(match["sealed"])
    except (UnicodeDecodeError, BadEncodingError) as error:
        raise BadCiphertextError("not a wrapped secret") from error
    memory, passes, lanes = int(match["memory"]), int(match["passes"]), int(match["lanes"])
    if memory > _MAX_MEMORY_KIB or passes > _MAX_PASSES or lanes > _MAX_LANES:
        raise BadCiphertextError("parameters beyond the bounds")
    if memory < _MIN_KIB_PER_LANE * lanes:
        raise BadCiphertextError("parameters outside RFC 9106")
    return match["head"], salt, sealed, (memory, passes, lanes)


def _stretch(passphrase: str, salt: bytes, memory: int, passes: int, lanes: int) -> bytes:
    """Return the key of 32 bytes; *memory* is in KiB."""
    # One passphrase typed on two systems may come composed or decomposed (RFC 8265).
    text = unicodedata.normalize("NFC", passphrase)
    return Argon2id(
        salt=salt, length=aead.KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory
    ).derive(text.encode("utf-8"))
