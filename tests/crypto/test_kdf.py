from hypothesis import given
from hypothesis import strategies as st

from crypto.hashing import hmac_sha256
from crypto.kdf import MAX_LENGTH, hkdf_sha256


def test_rfc_5869_test_case_3() -> None:
    """Appendix A.3, the one without salt."""
    made = hkdf_sha256(b"\x0b" * 22, b"", 42)
    assert made.hex() == (
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    )


@given(st.binary(max_size=80), st.binary(max_size=80), st.integers(1, 200))
def test_equals_extract_and_expand_of_the_rfc(key: bytes, info: bytes, length: int) -> None:
    secret = hmac_sha256(bytes(32), key)
    made, block = b"", b""
    for counter in range(1, 8):
        block = hmac_sha256(secret, block + info + bytes([counter]))
        made += block
    assert hkdf_sha256(key, info, length) == made[:length]


def test_length_is_32_unless_said() -> None:
    assert hkdf_sha256(b"key", b"use") == hkdf_sha256(b"key", b"use", 64)[:32]
    assert len(hkdf_sha256(b"key", b"use", MAX_LENGTH)) == MAX_LENGTH


def test_another_use_or_key_gives_another_key() -> None:
    made = {hkdf_sha256(key, info) for key in (b"k", b"l") for info in (b"", b"a", b"b")}
    assert len(made) == 6
