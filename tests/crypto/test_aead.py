import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from crypto import aead
from crypto.errors import BadCiphertextError, BadKeyError
from crypto.hashing import hmac_sha256
from crypto.kdf import hkdf_sha256

KEY = bytes(range(32))
PLACE = b"person/1/name"
HEAD_BYTES = 65


def test_the_record_has_the_form_that_the_module_states() -> None:
    salt = b"\x07" * 32
    made = hkdf_sha256(KEY, b"tasuki/1 record\n" + salt, 76)
    body = AESGCM(made[:32]).encrypt(made[32:44], "佐藤".encode(), PLACE)
    record = b"\x01" + salt + made[44:] + body
    assert aead.open_sealed(KEY, record, PLACE).decode() == "佐藤"


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_round_trips(plaintext: bytes, place: bytes) -> None:
    key = aead.new_key()
    sealed = aead.seal(key, plaintext, place)
    assert aead.open_sealed(key, sealed, place) == plaintext
    assert len(sealed) == HEAD_BYTES + len(plaintext) + 16


def test_two_seals_share_nothing_but_the_version() -> None:
    one, other = aead.seal(KEY, bytes(32), PLACE), aead.seal(KEY, bytes(32), PLACE)
    assert one[0] == other[0] == 1
    assert one[1:33] != other[1:33]
    assert one[33:65] != other[33:65]
    assert one[65:] != other[65:]


def test_new_keys_differ() -> None:
    assert len({aead.new_key() for _ in range(20)}) == 20
    assert len(aead.new_key()) == aead.KEY_BYTES


def test_another_place_does_not_open() -> None:
    sealed = aead.seal(KEY, b"x", PLACE)
    with pytest.raises(BadCiphertextError, match="another place"):
        aead.open_sealed(KEY, sealed, b"person/2/name")


def test_another_key_is_refused_by_the_commitment() -> None:
    sealed = aead.seal(KEY, b"x", PLACE)
    with pytest.raises(BadCiphertextError, match="another key"):
        aead.open_sealed(aead.new_key(), sealed, PLACE)


def test_a_valid_ciphertext_under_another_commitment_is_refused() -> None:
    """GCM alone would open this record: only the commitment stands against it."""
    sealed = aead.seal(KEY, b"x", PLACE)
    foreign = hmac_sha256(b"another key", sealed[1:33])
    with pytest.raises(BadCiphertextError, match="another key"):
        aead.open_sealed(KEY, sealed[:33] + foreign + sealed[65:], PLACE)


@given(st.integers(0, (HEAD_BYTES + 5 + 16) * 8 - 1))
def test_any_flipped_bit_is_refused(bit: int) -> None:
    sealed = bytearray(aead.seal(KEY, b"12345", PLACE))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadCiphertextError):
        aead.open_sealed(KEY, bytes(sealed), PLACE)


def test_every_truncation_is_refused() -> None:
    sealed = aead.seal(KEY, b"12345", PLACE)
    for length in range(len(sealed)):
        with pytest.raises(BadCiphertextError):
            aead.open_sealed(KEY, sealed[:length], PLACE)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(BadKeyError):
        aead.seal(bytes(length), b"x", PLACE)
    with pytest.raises(BadKeyError):
        aead.open_sealed(bytes(length), aead.seal(KEY, b"x", PLACE), PLACE)
