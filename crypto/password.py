"""Passwords of operators, kept as Argon2id hashes in the PHC string format (RFC 9106)."""

import unicodedata

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from crypto.errors import BadPasswordError
from crypto.randomness import random_bytes

# Memory and passes of the second recommended option of RFC 9106 section 4, with one
# lane: measured with cryptography 50, two derivations of several lanes at a time end in
# MemoryError or never, so that two log-ins at once would stop a node.
_MEMORY_KIB, _PASSES, _LANES = 2**16, 3, 1
_SALT_BYTES = 16
_HASH_BYTES = 32


def hash_password(password: str) -> str:
    """Return the hash of *password* under a fresh salt, ``$argon2id$v=19$…``."""
    argon2 = Argon2id(
        salt=random_bytes(_SALT_BYTES),
        length=_HASH_BYTES,
        iterations=_PASSES,
        lanes=_LANES,
        memory_cost=_MEMORY_KIB,
    )
    return argon2.derive_phc_encoded(_bytes(password))


def verify_password(password: str, hashed: str) -> None:
    """Return if *hashed*, one of our own hashes, is that of *password*.

    Raises:
        BadPasswordError: it is not.
    """
    try:
        Argon2id.verify_phc_encoded(_bytes(password), hashed)
    except InvalidKey:
        raise BadPasswordError("another password") from None


def _bytes(password: str) -> bytes:
    # One password typed on two systems may come composed or decomposed (RFC 8265).
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
