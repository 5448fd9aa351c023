"""The words that name things on the wire (PROTOCOL 0), each with its one spelling.

Ids are 16 random bytes as 32 lower-case hex digits; hashes, salts and nonces 32
bytes as 64; keys, signatures and ciphertexts base64url without padding.
"""

import re
from datetime import date
from typing import Annotated, NewType

from pydantic import AfterValidator, Field

from crypto.encoding import b64url_decode
from crypto.errors import BadEncodingError
from crypto.hashing import sha256
from crypto.randomness import random_bytes

MemberId = NewType("MemberId", str)
LeafId = NewType("LeafId", str)
TokenId = NewType("TokenId", str)  # the id of its `token.publish` leaf
EnvelopeId = NewType("EnvelopeId", str)
KeyId = NewType("KeyId", str)
Origin = NewType("Origin", str)

MAX_INTEGER = 2**53 - 1
MAX_TIME = 253_402_214_399  # the end of 9999-12-30, which is a day of the calendar in every zone


def _base64url(text: str) -> str:
    try:
        b64url_decode(text)
    except BadEncodingError as error:
        raise ValueError("not canonical base64url") from error
    return text


def _calendar_day(text: str) -> str:
    date.fromisoformat(text)
    return text


# pydantic's own engine reads these patterns; its end of text is \z, not Python's \Z.
Id = Annotated[str, Field(pattern=r"\A[0-9a-f]{32}\z")]
HashHex = Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]
KeyIdHex = Annotated[str, Field(pattern=r"\A[0-9a-f]{16}\z")]
Base64Url = Annotated[str, AfterValidator(_base64url)]
Time = Annotated[int, Field(ge=0, le=MAX_TIME)]  # Unix seconds
Count = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Day = Annotated[  # UTC
    str, Field(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z"), AfterValidator(_calendar_day)
]
LogOrigin = Annotated[str, Field(pattern=r"\A[a-z0-9.:-]{1,255}/tasuki/v1/log/[0-9]{4}\z")]
Name = Annotated[str, Field(pattern=r"\A[a-z][a-z0-9_.-]{0,63}\z")]

_ID = re.compile(r"\A[0-9a-f]{32}\Z")


def new_id() -> str:
    """Return 16 random bytes as 32 hex digits."""
    return random_bytes(16).hex()


def is_id(text: str) -> bool:
    """Tell whether *text* is spelt as an id."""
    return _ID.fullmatch(text) is not None


def key_id(purpose: str, public: bytes) -> KeyId:
    """Return the first 16 hex digits of SHA-256(purpose || 0x0A || public)."""
    return KeyId(sha256(purpose.encode("ascii") + b"\n" + public).hex()[:16])
