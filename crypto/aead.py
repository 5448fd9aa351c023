"""Records under a data key: AES-256-GCM (NIST SP 800-38D) that commits to its key.

A sealed record is 0x01 || salt (32) || commitment (32) || ciphertext || tag (16).
HKDF makes the record's own AES key and nonce and the commitment from the data key
and the salt. GCM alone lets a ciphertext be made that opens under two keys; the
commitment leaves one. The place (table, column, row) is the additional data, so
that a record moved to another place does not open.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.errors import BadCiphertextError, BadKeyError
from crypto.hashing import equal
from crypto.kdf import hkdf_sha256
from crypto.randomness import random_bytes

KEY_BYTES = 32
_VERSION = b"\x01"
_SALT_BYTES = 32
_NONCE_BYTES = 12
_COMMITMENT_BYTES = 32
_HEAD_BYTES = len(_VERSION) + _SALT_BYTES + _COMMITMENT_BYTES


def new_key() -> bytes:
    """Return a random data key of 32 bytes."""
    return random_bytes(KEY_BYTES)


def seal(key: bytes, plaintext: bytes, place: bytes) -> bytes:
    """Return *plaintext* sealed under *key* (32 bytes) for *place*.

    Raises:
        BadKeyError: *key* has another length.
    """
    salt = random_bytes(_SALT_BYTES)
    cipher, nonce, commitment = _derive(key, salt)
    return _VERSION + salt + commitment + cipher.encrypt(nonce, plaintext, place)


def open_sealed(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """Return the plaintext of *sealed*.

    Raises:
        BadKeyError: *key* does not have 32 bytes.
        BadCiphertextError: *sealed* was not made under *key* for *place*.
    """
    if len(sealed) < _HEAD_BYTES or not sealed.startswith(_VERSION):
        raise BadCiphertextError("not a sealed record")
    salt = sealed[len(_VERSION) : len(_VERSION) + _SALT_BYTES]
    cipher, nonce, commitment = _derive(key, salt)
    if not equal(commitment, sealed[len(_VERSION) + _SALT_BYTES : _HEAD_BYTES]):
        raise BadCiphertextError("sealed under another key")
    try:
        return cipher.decrypt(nonce, sealed[_HEAD_BYTES:], place)
    except InvalidTag as error:
        raise BadCiphertextError("altered, or sealed for another place") from error


def _derive(key: bytes, salt: bytes) -> tuple[AESGCM, bytes, bytes]:
    """Return cipher, nonce and commitment of the record with *salt*."""
    if len(key) != KEY_BYTES:
        raise BadKeyError(f"a data key has {KEY_BYTES} bytes")
    made = hkdf_sha256(
        key, b"tasuki/1 record\n" + salt, KEY_BYTES + _NONCE_BYTES + _COMMITMENT_BYTES
    )
    nonce_end = KEY_BYTES + _NONCE_BYTES
    return AESGCM(made[:KEY_BYTES]), made[KEY_BYTES:nonce_end], made[nonce_end:]
