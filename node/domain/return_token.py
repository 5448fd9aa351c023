"""The signed name of a letter that a mail server gives back with what it could not deliver.

It stands in the Message-ID and, where returned mail has an address of its own, in the
envelope's sender (VERP). Who never saw the letter cannot make one, so a forged report
names no letter.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Final

from crypto.hashing import equal, hmac_sha256

_ID_BYTES: Final = 16
_MAC_BYTES: Final = 10
LENGTH: Final = 42  # characters of base32, which survives servers that fold case
MAX_MAILBOX: Final = 64 - LENGTH - 1  # RFC 5321 section 4.5.3.1.1
_TOKEN: Final = re.compile(r"(?<![a-z0-9])[a-z2-7]{42}(?![a-z0-9])", re.IGNORECASE)
_MOST: Final = 8  # tokens that are tried in one mail


@dataclass(frozen=True, slots=True)
class ReturnTokens:
    """Makes and knows the tokens of one company's letters."""

    key: bytes = field(repr=False)

    def of(self, letter_id: str) -> str:
        """Return the token of a letter (32 hex digits)."""
        raw = bytes.fromhex(letter_id)
        return base64.b32encode(raw + self._mac(raw)).decode("ascii").rstrip("=").lower()

    def letters_in(self, text: str) -> tuple[str, ...]:
        """Return the ids of the letters whose tokens stand in *text*; others are passed over."""
        tokens = list(dict.fromkeys(match[0].lower() for match in _TOKEN.finditer(text)))
        found = (self._letter(token) for token in tokens[:_MOST])
        return tuple(letter_id for letter_id in found if letter_id is not None)

    def _letter(self, token: str) -> str | None:
        try:
            raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        except binascii.Error:
            return None
        letter, mac = raw[:_ID_BYTES], raw[_ID_BYTES:]
        return letter.hex() if equal(mac, self._mac(letter)) else None

    def _mac(self, letter: bytes) -> bytes:
        return hmac_sha256(self.key, b"letter return\n" + letter)[:_MAC_BYTES]


def return_address(mailbox: str, token: str) -> str:
    """Return the envelope's sender for a token: ``bounce+TOKEN@example.jp`` (RFC 5233)."""
    user, _, domain = mailbox.partition("@")
    return f"{user}+{token}@{domain}"
