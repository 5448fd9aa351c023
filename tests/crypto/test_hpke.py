import json
from pathlib import Path

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import BadCiphertextError, BadKeyError
from crypto.hashing import hmac_sha256
from crypto.hpke import Kem, PrivateKey, seal

VECTORS = Path(__file__).parents[1] / "vectors"
CASES = json.loads((VECTORS / "hpke.json").read_text())["cases"]
A_1_1, X25519_AES256, XWING = CASES

KDF_HKDF_SHA256 = 1
AEAD_AES_256_GCM = 2
KEYS = {kem: PrivateKey(kem, bytes(range(32))) for kem in Kem}
ENC_BYTES = {Kem.X25519: 32, Kem.XWING: 1088 + 32}


def key_schedule(kem_id: int, shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return key and base nonce of our suite in base mode (RFC 9180 section 5.1)."""
    suite_id = b"HPKE" + b"".join(
        number.to_bytes(2, "big") for number in (kem_id, KDF_HKDF_SHA256, AEAD_AES_256_GCM)
    )

    def extract(salt: bytes, label: bytes, material: bytes) -> bytes:
        return hmac_sha256(salt or bytes(32), b"HPKE-v1" + suite_id + label + material)

    def expand(secret: bytes, label: bytes, context: bytes, length: int) -> bytes:
        head = length.to_bytes(2, "big") + b"HPKE-v1" + suite_id + label + context
        return hmac_sha256(secret, head + b"\x01")[:length]

    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared_secret, b"secret", b"")
    return expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)


def test_rfc_9180_a_1_1() -> None:
    """The vectors carry additional data, which the public door of the library lacks."""
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    plaintext = openssl.hpke._decrypt_with_aad(
        suite,
        bytes.fromhex(A_1_1["enc"] + A_1_1["ciphertext"]),
        X25519PrivateKey.from_private_bytes(bytes.fromhex(A_1_1["secret_key"])),
        bytes.fromhex(A_1_1["info"]),
        bytes.fromhex(A_1_1["aad"]),
    )
    assert plaintext.hex() == A_1_1["plaintext"]


def test_rfc_9180_vector_of_our_suite() -> None:
    case = X25519_AES256
    made = openssl.hpke._decrypt_with_aad(
        Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
        bytes.fromhex(case["enc"] + case["ciphertext"]),
        X25519PrivateKey.from_private_bytes(bytes.fromhex(case["secret_key"])),
        bytes.fromhex(case["info"]),
        bytes.fromhex(case["aad"]),
    )
    assert made.hex() == case["plaintext"]
    key, nonce = key_schedule(
        case["kem_id"], bytes.fromhex(case["shared_secret"]), bytes.fromhex(case["info"])
    )
    assert (key.hex(), nonce.hex()) == (case["key"], case["base_nonce"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_public_keys_of_the_vectors(case: dict[str, str]) -> None:
    key = PrivateKey(Kem(case["kem"]), bytes.fromhex(case["secret_key"]))
    assert key.public.hex() == case["public_key"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_opens_what_follows_from_the_vectors_shared_secret(case: dict[str, str]) -> None:
    """Encapsulation of the vector, our suite and empty additional data."""
    info = b'{"to":"r"}'
    key, nonce = key_schedule(int(case["kem_id"]), bytes.fromhex(case["shared_secret"]), info)
    sealed = bytes.fromhex(case["enc"]) + AESGCM(key).encrypt(nonce, b"identity", None)
    private = PrivateKey(Kem(case["kem"]), bytes.fromhex(case["secret_key"]))
    assert private.open(sealed, info) == b"identity"


@pytest.mark.parametrize("kem", Kem)
@settings(max_examples=20)
@given(plaintext=st.binary(max_size=100), info=st.binary(max_size=100))
def test_round_trips(kem: Kem, plaintext: bytes, info: bytes) -> None:
    sealed = seal(kem, KEYS[kem].public, plaintext, info)
    assert len(sealed) == ENC_BYTES[kem] + len(plaintext) + 16
    assert KEYS[kem].open(sealed, info) == plaintext


@pytest.mark.parametrize(("kem", "length"), [(Kem.X25519, 32), (Kem.XWING, 1216)])
def test_public_keys_have_their_wire_length(kem: Kem, length: int) -> None:
    assert len(KEYS[kem].public) == length


@pytest.mark.parametrize("kem", Kem)
def test_two_seals_differ(kem: Kem) -> None:
    public = KEYS[kem].public
    assert seal(kem, public, b"x", b"") != seal(kem, public, b"x", b"")


@pytest.mark.parametrize("kem", Kem)
def test_another_info_or_key_does_not_open(kem: Kem) -> None:
    sealed = seal(kem, KEYS[kem].public, b"x", b"info")
    with pytest.raises(BadCiphertextError):
        KEYS[kem].open(sealed, b"inf0")
    with pytest.raises(BadCiphertextError):
        PrivateKey.generate(kem).open(sealed, b"info")


@pytest.mark.parametrize("kem", Kem)
@settings(max_examples=40)
@given(data=st.data())
def test_any_flipped_bit_or_missing_byte_is_refused(kem: Kem, data: st.DataObject) -> None:
    sealed = bytearray(seal(kem, KEYS[kem].public, b"x", b""))
    # X25519 ignores the top bit of its point; HPKE binds enc in the key all the same.
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    cut = data.draw(st.integers(0, len(sealed) - 1))
    with pytest.raises(BadCiphertextError):
        KEYS[kem].open(bytes(sealed[:cut]), b"")
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadCiphertextError):
        KEYS[kem].open(bytes(sealed), b"")


def test_a_small_order_encapsulation_is_refused() -> None:
    with pytest.raises(BadCiphertextError):
        KEYS[Kem.X25519].open(bytes(32) + bytes(17), b"")


@pytest.mark.parametrize("kem", Kem)
@pytest.mark.parametrize("change", [-1, 1])
def test_a_public_key_of_another_length_is_refused(kem: Kem, change: int) -> None:
    public = (KEYS[kem].public + b"\x00")[: len(KEYS[kem].public) + change]
    with pytest.raises(BadKeyError):
        seal(kem, public, b"x", b"")


@pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31)])
def test_points_of_small_order_are_refused(point: bytes) -> None:
    with pytest.raises(BadKeyError):
        seal(Kem.X25519, point, b"x", b"")
    with pytest.raises(BadKeyError):
        seal(Kem.XWING, KEYS[Kem.XWING].public[:1184] + point, b"x", b"")


def test_an_mlkem_key_beyond_the_modulus_is_refused() -> None:
    """FIPS 203 section 7.2, the modulus check."""
    with pytest.raises(BadKeyError):
        seal(Kem.XWING, b"\xff" * 384 + KEYS[Kem.XWING].public[384:], b"x", b"")


@pytest.mark.parametrize("kem", Kem)
@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_private_key_of_another_length_is_refused(kem: Kem, length: int) -> None:
    with pytest.raises(BadKeyError):
        PrivateKey(kem, bytes(length))


@pytest.mark.parametrize("kem", Kem)
def test_the_secret_is_not_shown(kem: Kem) -> None:
    key = PrivateKey.generate(kem)
    assert key.raw.hex() not in repr(key)
    assert repr(key.raw) not in repr(key)
