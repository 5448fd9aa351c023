"""HPKE base mode (RFC 9180 section 6.1) with X-Wing or X25519, one message a key.

KDF HKDF-SHA256, AEAD AES-256-GCM, additional data empty: what a message is bound to
stands in *info*. X-Wing is the hybrid of ML-KEM-768 and X25519 of
draft-connolly-cfrg-xwing-kem; its secret is a seed, expanded by SHAKE-256. A sealed
message is enc || ciphertext.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHAKE256, Hash
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from crypto.errors import BadCiphertextError, BadKeyError
from crypto.randomness import random_bytes

PRIVATE_BYTES = 32
_MLKEM_SEED_BYTES = 64
_MLKEM_PUBLIC_BYTES = 1184
_X25519_BYTES = 32

_PublicKey: TypeAlias = X25519PublicKey | MLKEM768X25519PublicKey


class Kem(StrEnum):
    """The key encapsulation, as spelt on the wire."""

    XWING = "xwing"
    X25519 = "x25519"


_SUITES = {
    Kem.XWING: Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    Kem.X25519: Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
}


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """The secret half: 32 bytes, with X-Wing a seed, never shown in a repr.

    Raises:
        BadKeyError: another length.
    """

    kem: Kem
    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != PRIVATE_BYTES:
            raise BadKeyError(f"a private key has {PRIVATE_BYTES} bytes")

    @classmethod
    def generate(cls, kem: Kem) -> Self:
        """Return a new random key."""
        return cls(kem, random_bytes(PRIVATE_BYTES))

    @property
    def public(self) -> bytes:
        """The public half: X25519 32 bytes, X-Wing ML-KEM-768 (1184) || X25519 (32)."""
        if self.kem is Kem.X25519:
            return X25519PrivateKey.from_private_bytes(self.raw).public_key().public_bytes_raw()
        mlkem, x25519 = _expand(self.raw)
        return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Return the plaintext of *sealed*.

        Raises:
            BadCiphertextError: *sealed* was not made for this key and *info*.
        """
        key = (
            X25519PrivateKey.from_private_bytes(self.raw)
            if self.kem is Kem.X25519
            else MLKEM768X25519PrivateKey(*_expand(self.raw))
        )
        try:
            return _SUITES[self.kem].decrypt(sealed, key, info)
        except (InvalidTag, ValueError) as error:
            raise BadCiphertextError("not sealed for this key and info") from error


def seal(kem: Kem, public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Return *plaintext* sealed for the holder of *public*, bound to *info*.

    Raises:
        BadKeyError: *public* has another length or is no usable key.
    """
    try:
        return _SUITES[kem].encrypt(plaintext, _public_key(kem, public), info)
    except ValueError as error:
        # A point of small order shows itself only here (RFC 9180 section 7.1.4).
        raise BadKeyError(f"not a usable {kem} public key") from error


def _public_key(kem: Kem, public: bytes) -> _PublicKey:
    if kem is Kem.X25519:
        return X25519PublicKey.from_public_bytes(public)
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_BYTES:]),
    )


def _expand(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """Return the two secrets of an X-Wing seed."""
    shake = Hash(SHAKE256(_MLKEM_SEED_BYTES + _X25519_BYTES))
    shake.update(seed)
    expanded = shake.finalize()
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES]),
        X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:]),
    )
