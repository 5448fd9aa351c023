"""The errors of this room.

CryptoError
+-- BadEncodingError    a text or byte string that no encoder here would have written
+-- BadKeyError         a key of the wrong length, or a point that must not be used
+-- BadSignatureError   the signature is not this key's over this message
+-- BadProofError       a Merkle proof that does not lead to the root
+-- BadCiphertextError  the ciphertext was not made under this key and place
+-- BadPasswordError    the password is not the one that was hashed
"""


class CryptoError(Exception):
    """Any refusal of this room."""


class BadEncodingError(CryptoError):
    """A text or byte string that no encoder here would have written."""


class BadKeyError(CryptoError):
    """A key of the wrong length, or a point that must not be used."""


class BadSignatureError(CryptoError):
    """The signature is not this key's over this message."""


class BadProofError(CryptoError):
    """A Merkle proof that does not lead to the root."""


class BadCiphertextError(CryptoError):
    """The ciphertext was not made under this key and place."""


class BadPasswordError(CryptoError):
    """The password is not the one that was hashed."""
