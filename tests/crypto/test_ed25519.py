import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from crypto.ed25519 import SigningKey, VerifyKey
from crypto.errors import BadKeyError, BadSignatureError, CryptoError

VECTORS = Path(__file__).parents[1] / "vectors"
RFC_8032 = json.loads((VECTORS / "ed25519_rfc8032.json").read_text())["cases"]
SPECCHECK = json.loads((VECTORS / "ed25519_speccheck.json").read_text())["cases"]
ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19

KEY = SigningKey(bytes(range(32)))


@pytest.mark.parametrize("case", RFC_8032, ids=lambda case: case["name"])
def test_rfc_8032_vectors(case: dict[str, str]) -> None:
    key, message = SigningKey(bytes.fromhex(case["secret"])), bytes.fromhex(case["message"])
    signature = bytes.fromhex(case["signature"])
    assert key.public.raw.hex() == case["public"]
    assert key.sign(message) == signature
    key.public.verify(message, signature)


@pytest.mark.parametrize("case", SPECCHECK, ids=lambda case: case["name"])
def test_none_of_the_speccheck_cases_holds(case: dict[str, Any]) -> None:
    """libsodium alone accepts case 3; the refusal of mixed keys closes that one too."""
    with pytest.raises(CryptoError) as caught:
        VerifyKey(bytes.fromhex(case["public"])).verify(
            bytes.fromhex(case["message"]), bytes.fromhex(case["signature"])
        )
    # Only the two cases of a scalar above the order have an honest key.
    expected = BadSignatureError if case["number"] in {6, 7} else BadKeyError
    assert caught.type is expected


# The eight points of small order and the spellings of theirs that are not canonical.
SMALL_ORDER = [
    0,
    1,
    FIELD - 1,
    FIELD,
    FIELD + 1,
    *(
        int.from_bytes(bytes.fromhex(text), "little")
        for text in (
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        )
    ),
]


@pytest.mark.parametrize("sign", [0, 1 << 255])
@pytest.mark.parametrize("y", SMALL_ORDER)
def test_keys_of_small_order_are_refused(y: int, sign: int) -> None:
    with pytest.raises(BadKeyError):
        VerifyKey((y | sign).to_bytes(32, "little"))


@pytest.mark.parametrize("raw", [b"", bytes(31), bytes(33), b"\xff" * 32, b"\x02" + bytes(31)])
def test_other_keys_that_are_refused(raw: bytes) -> None:
    with pytest.raises(BadKeyError):
        VerifyKey(raw)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(BadKeyError):
        SigningKey(bytes(length))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
def test_signs_as_openssl_does(seed: bytes, message: bytes) -> None:
    key = SigningKey(seed)
    assert key.sign(message) == Ed25519PrivateKey.from_private_bytes(seed).sign(message)
    key.public.verify(message, key.sign(message))


@given(st.integers(0, 511))
def test_any_flipped_bit_is_refused(bit: int) -> None:
    signature = bytearray(KEY.sign(b"message"))
    signature[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSignatureError):
        KEY.public.verify(b"message", bytes(signature))


def test_another_message_or_key_is_refused() -> None:
    signature = KEY.sign(b"message")
    with pytest.raises(BadSignatureError):
        KEY.public.verify(b"messagE", signature)
    with pytest.raises(BadSignatureError):
        SigningKey.generate().public.verify(b"message", signature)


def test_a_scalar_above_the_order_is_refused() -> None:
    """The same signature in a second spelling (RFC 8032 section 8.4)."""
    signature = KEY.sign(b"message")
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    with pytest.raises(BadSignatureError):
        KEY.public.verify(b"message", signature[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(BadSignatureError):
        KEY.public.verify(b"message", (KEY.sign(b"message") + b"\x00")[:length])


def test_generated_keys_differ() -> None:
    assert SigningKey.generate() != SigningKey.generate()


def test_the_seed_is_not_shown() -> None:
    assert repr(KEY) == "SigningKey()"
