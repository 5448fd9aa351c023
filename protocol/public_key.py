"""The public keys of members, boards and nodes on the wire (PROTOCOL 0 and 5).

Every one is an Ed25519 key (RFC 8032) as base64url of its 32 bytes. Points that
must not be used are refused where a document is read, not where they are needed.
"""

from typing import Annotated

from pydantic import AfterValidator

from crypto.ed25519 import VerifyKey
from crypto.encoding import b64url_decode
from crypto.errors import CryptoError


def verify_key(text: str) -> VerifyKey:
    """Return the key that *text* spells.

    Raises:
        BadEncodingError: not base64url.
        BadKeyError: not a usable point.
    """
    return VerifyKey(b64url_decode(text))


def _usable(text: str) -> str:
    try:
        verify_key(text)
    except CryptoError as error:
        raise ValueError("not a usable Ed25519 key") from error
    return text


PublicKey = Annotated[str, AfterValidator(_usable)]
