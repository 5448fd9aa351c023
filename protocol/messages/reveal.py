"""The five steps that move one identity, each after its leaf (PROTOCOL 6, reveal)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Final, Literal, Self

from pydantic import model_validator

from crypto.encoding import b64url_decode
from crypto.hpke import Kem
from protocol.identifiers import Base64Url, HashHex, Id
from protocol.leaf_place import LeafPlace
from protocol.value import Value

# X-Wing: ML-KEM-768 encapsulation key (1184) || X25519 (32).
_PUBLIC_BYTES: Final[Mapping[Kem, int]] = {Kem.XWING: 1216, Kem.X25519: 32}


class HpkeSuite(Value):
    """The algorithms of RFC 9180 that the receiver asks for."""

    kem: Kem = Kem.XWING
    kdf: Literal["hkdf-sha256"] = "hkdf-sha256"
    aead: Literal["aes-256-gcm"] = "aes-256-gcm"


class RevealFetch(Value):
    """R asks for the identity; the spend is logged, the key was made for this fetch."""

    KIND: ClassVar[str] = "reveal.fetch"

    acceptance: HashHex
    spend: LeafPlace
    hpke: HpkeSuite
    key: Base64Url

    @model_validator(mode="after")
    def _key_is_of_the_suite(self) -> Self:
        if len(self.public) != _PUBLIC_BYTES[self.hpke.kem]:
            raise ValueError("key of another length than its kem has")
        return self

    @property
    def public(self) -> bytes:
        """The key to seal for."""
        return b64url_decode(self.key)


class RevealGive(Value):
    """O gives; the ciphertext travels beside the envelope, which holds its hash."""

    KIND: ClassVar[str] = "reveal.give"

    fetch: Id
    sealed_sha256: HashHex


class RevealRefuse(Value):
    """O does not give: withdrawn, undone, late, blocked or not spent; no reason is told."""

    KIND: ClassVar[str] = "reveal.refuse"

    fetch: Id


class RevealResult(StrEnum):
    """What R found when it opened."""

    OK = "ok"
    CANNOT_OPEN = "cannot-open"
    MISMATCH = "mismatch"


class RevealReceipt(Value):
    """R has destroyed the private key of that fetch."""

    KIND: ClassVar[str] = "reveal.receipt"

    fetch: Id
    result: RevealResult
