"""Verification of ECDSA over P-256 with SHA-256 (FIPS 186-5 section 6), called ES256.

Browsers and passkeys make these signatures; nothing of ours signs with them.
"""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from crypto.errors import BadKeyError, BadSignatureError

POINT_BYTES = 65
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """A public key: 0x04 || x || y (65 bytes), a point of the curve.

    Raises:
        BadKeyError: another length or form, or no such point.
    """

    point: bytes

    def __post_init__(self) -> None:
        if len(self.point) != POINT_BYTES:
            raise BadKeyError(f"an uncompressed P-256 point has {POINT_BYTES} bytes")
        self._key()

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return if *signature* (r || s, 64 bytes) is this key's over *message*.

        Both s and its negative hold, as the standard has it: signers differ.

        Raises:
            BadSignatureError: it is not.
        """
        if len(signature) != SIGNATURE_BYTES:
            raise BadSignatureError(f"a P-256 signature has {SIGNATURE_BYTES} bytes")
        half = SIGNATURE_BYTES // 2
        der = encode_dss_signature(
            int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        )
        try:
            self._key().verify(der, message, ECDSA(SHA256()))
        except InvalidSignature as error:
            raise BadSignatureError("not this key's signature") from error

    def _key(self) -> EllipticCurvePublicKey:
        """Return the library's form, which checks that the point is on the curve."""
        try:
            return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), self.point)
        except ValueError as error:
            raise BadKeyError("not a point of P-256") from error
