"""Signatures of RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2), called RS256.

Only for services that ask for them in a JWT (RFC 7518 section 3.3); nothing of the
protocol is signed so.
"""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from crypto.errors import BadKeyError

MIN_BITS = 2048  # RFC 7518 section 3.3


@dataclass(frozen=True, slots=True)
class Rs256Key:
    """A secret key of RSA; made by :meth:`from_pem`."""

    _key: RSAPrivateKey = field(repr=False)

    @classmethod
    def from_pem(cls, pem: str) -> "Rs256Key":
        """Return the key that *pem* (PKCS 8 or PKCS 1, not encrypted) holds.

        Raises:
            BadKeyError: another form or kind of key, or fewer than 2048 bits.
        """
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError) as error:
            raise BadKeyError("not a private key in PEM") from error
        if not isinstance(key, RSAPrivateKey) or key.key_size < MIN_BITS:
            raise BadKeyError(f"not an RSA key of {MIN_BITS} bits or more")
        return cls(key)

    def sign(self, message: bytes) -> bytes:
        """Return the signature over *message*."""
        return self._key.sign(message, PKCS1v15(), SHA256())
