"""SHA-256 (FIPS 180-4) and HMAC (RFC 2104), the labels that keep their uses apart.

This is the only module that sees the standard hash functions.
"""

import hashlib
import hmac

from crypto.errors import BadEncodingError

_MAX_STRING_BYTES = 2**16 - 1


def sha256(data: bytes) -> bytes:
    """Return the 32 bytes of SHA-256 over *data*."""
    return hashlib.sha256(data).digest()


def tagged(label: str, *parts: bytes) -> bytes:
    """Return SHA-256(*label* || 0x0A || *parts*).

    The parts are joined as they are: all but one must have a fixed length, or
    carry their length as :func:`string` writes it.
    """
    return sha256(label.encode("ascii") + b"\n" + b"".join(parts))


def string(text: str) -> bytes:
    """Return uint16be length || UTF-8, the form of a string in a hash input.

    Raises:
        BadEncodingError: *text* has more than 65,535 bytes or a lone surrogate.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadEncodingError("lone surrogate") from error
    if len(data) > _MAX_STRING_BYTES:
        raise BadEncodingError("string longer than 65535 bytes")
    return len(data).to_bytes(2, "big") + data


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    """Return the 32 bytes of HMAC-SHA-256 over *data*."""
    return hmac.digest(key, data, "sha256")


def equal(a: bytes, b: bytes) -> bool:
    """Tell whether *a* and *b* are the same, in a time that their length alone sets."""
    return hmac.compare_digest(a, b)
