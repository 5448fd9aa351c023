"""HKDF with SHA-256 and without salt (RFC 5869): keys out of a uniformly random key."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAX_LENGTH = 255 * 32


def hkdf_sha256(key: bytes, info: bytes, length: int = 32) -> bytes:
    """Return *length* bytes (at most :data:`MAX_LENGTH`) for the use that *info* names."""
    return HKDF(SHA256(), length=length, salt=None, info=info).derive(key)
