"""The base64url encoding of RFC 4648 section 5, without padding, and its relatives.

One value has one encoding: every decoder here refuses everything that its encoder
would not have written. Padded base64 (section 4) is for C2SP notes, hex for ids.
"""

import base64

from crypto.errors import BadEncodingError


def b64url_encode(data: bytes) -> str:
    """Return *data* in the URL-safe alphabet, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def b64url_decode(text: str) -> bytes:
    """Return the bytes that *text* encodes.

    Raises:
        BadEncodingError: :func:`b64url_encode` would not have written *text*.
    """
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise BadEncodingError("not base64url") from error
    # The standard decoder skips foreign characters and stray low bits, so two
    # texts could name one value. Encoding back leaves only the canonical one.
    if b64url_encode(data) != text:
        raise BadEncodingError("not canonical base64url")
    return data


def b64_encode(data: bytes) -> str:
    """Return *data* in the alphabet of RFC 4648 section 4, padded."""
    return base64.b64encode(data).decode("ascii")


def b64_decode(text: str) -> bytes:
    """Return the bytes that the padded *text* encodes.

    Raises:
        BadEncodingError: :func:`b64_encode` would not have written *text*.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise BadEncodingError("not base64") from error
    if b64_encode(data) != text:
        raise BadEncodingError("not canonical base64")
    return data


def hex_decode(text: str, length: int) -> bytes:
    """Return the *length* bytes that *text* spells in lower-case hex.

    Raises:
        BadEncodingError: another length or another spelling.
    """
    try:
        data = bytes.fromhex(text)
    except ValueError as error:
        raise BadEncodingError("not hex") from error
    # `fromhex` skips white space and reads capitals.
    if len(data) != length or data.hex() != text:
        raise BadEncodingError(f"not the lower-case hex of {length} bytes")
    return data
