"""Ed25519 (RFC 8032 section 5.1.7) by libsodium, with the strictest set of keys.

A key must be a canonical point of the prime-order group: under a point of small
order anybody's signature holds, and with a small-order part the verifiers of this
world disagree (Chalkias, Garillot, Nikolaenko: Taming the many EdDSAs).
"""

from dataclasses import dataclass, field
from typing import Self

from nacl.bindings import crypto_core_ed25519_is_valid_point
from nacl.exceptions import BadSignatureError as NaclBadSignatureError
from nacl.signing import SigningKey as NaclSigningKey
from nacl.signing import VerifyKey as NaclVerifyKey

from crypto.errors import BadKeyError, BadSignatureError
from crypto.randomness import random_bytes

SEED_BYTES = 32
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """The public half: 32 bytes, a canonical point of the prime-order group.

    Raises:
        BadKeyError: another length, or another point.
    """

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != PUBLIC_BYTES:
            raise BadKeyError(f"an Ed25519 public key has {PUBLIC_BYTES} bytes")
        if not crypto_core_ed25519_is_valid_point(self.raw):
            raise BadKeyError("not a canonical point of the prime-order group")

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return if *signature* (64 bytes) is this key's over *message*.

        Raises:
            BadSignatureError: it is not.
        """
        if len(signature) != SIGNATURE_BYTES:
            raise BadSignatureError(f"an Ed25519 signature has {SIGNATURE_BYTES} bytes")
        try:
            NaclVerifyKey(self.raw).verify(message, signature)
        except NaclBadSignatureError as error:
            raise BadSignatureError("not this key's signature") from error


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The secret half: a seed of 32 bytes, never shown in a repr.

    Raises:
        BadKeyError: another length.
    """

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise BadKeyError(f"an Ed25519 seed has {SEED_BYTES} bytes")

    @classmethod
    def generate(cls) -> Self:
        """Return a new random key."""
        return cls(random_bytes(SEED_BYTES))

    @property
    def public(self) -> VerifyKey:
        """The key that verifies what this one signs."""
        return VerifyKey(bytes(NaclSigningKey(self.seed).verify_key))

    def sign(self, message: bytes) -> bytes:
        """Return the signature (64 bytes) over *message*."""
        return NaclSigningKey(self.seed).sign(message).signature
