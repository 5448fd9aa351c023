import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import BadKeyError, BadSignatureError
from crypto.p256 import VerifyKey

VECTORS = Path(__file__).parents[1] / "vectors"
SIGVER = json.loads((VECTORS / "p256_sigver.json").read_text())["cases"]
FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

# RFC 6979 appendix A.2.5
X = 0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6
Y = 0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299
R = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
S = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8


def point(x: int, y: int) -> bytes:
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def pair(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


KEY = VerifyKey(point(X, Y))


@pytest.mark.parametrize("case", SIGVER, ids=lambda case: case["signature"][:8])
def test_nist_sigver_vectors(case: dict[str, Any]) -> None:
    key = VerifyKey(bytes.fromhex(case["point"]))
    message, signature = bytes.fromhex(case["message"]), bytes.fromhex(case["signature"])
    if case["valid"]:
        key.verify(message, signature)
    else:
        with pytest.raises(BadSignatureError):
            key.verify(message, signature)


def test_rfc_6979_vectors() -> None:
    KEY.verify(b"sample", pair(R, S))
    KEY.verify(
        b"test",
        pair(
            0xF1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367,
            0x019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083,
        ),
    )


def test_the_negative_scalar_holds_too() -> None:
    KEY.verify(b"sample", pair(R, ORDER - S))


EDGES = [0, 1, ORDER - 1, ORDER, ORDER + 1, FIELD, FIELD + 1, 2**256 - 1]


@pytest.mark.parametrize("r", [*EDGES, R, ORDER - R])
@pytest.mark.parametrize("s", EDGES)
def test_scalars_at_the_edges_are_refused(r: int, s: int) -> None:
    """The special values of the Wycheproof suite; zero twice was CVE-2022-21449."""
    with pytest.raises(BadSignatureError):
        KEY.verify(b"sample", pair(r, s))


@pytest.mark.parametrize("s", [S, ORDER - S])
@pytest.mark.parametrize("r", [0, 1, ORDER - R, (R + 1) % ORDER])
def test_another_r_is_refused(r: int, s: int) -> None:
    with pytest.raises(BadSignatureError):
        KEY.verify(b"sample", pair(r, s))


@pytest.mark.parametrize("length", [0, 32, 63, 65, 128])
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(BadSignatureError):
        KEY.verify(b"sample", (pair(R, S) * 2)[:length])


@given(st.integers(0, 511))
def test_any_flipped_bit_is_refused(bit: int) -> None:
    signature = bytearray(pair(R, S))
    signature[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSignatureError):
        KEY.verify(b"sample", bytes(signature))


@given(st.integers(1, ORDER - 1), st.binary(max_size=60))
def test_verifies_what_openssl_signs(secret: int, message: bytes) -> None:
    private = derive_private_key(secret, SECP256R1())
    signature = pair(*decode_dss_signature(private.sign(message, ECDSA(SHA256()))))
    raw = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    VerifyKey(raw).verify(message, signature)
    with pytest.raises(BadSignatureError):
        VerifyKey(raw).verify(message + b".", signature)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00", id="infinity"),
        pytest.param(bytes(65), id="infinity, padded"),
        pytest.param(point(X, Y)[:-1], id="short"),
        pytest.param(point(X, Y) + b"\x00", id="long"),
        pytest.param(b"\x03" + X.to_bytes(32, "big"), id="compressed"),
        pytest.param(b"\x06" + point(X, Y)[1:], id="hybrid, even"),
        pytest.param(b"\x07" + point(X, Y)[1:], id="hybrid, odd"),
        pytest.param(b"\x02" + point(X, Y)[1:], id="compressed, long"),
        pytest.param(point(X, Y + 1), id="not on the curve"),
        pytest.param(point(0, 0), id="origin"),
        pytest.param(point(FIELD, Y), id="x beyond the field"),
        pytest.param(point(X, 2**256 - 1), id="y beyond the field"),
    ],
)
def test_other_points_are_refused(raw: bytes) -> None:
    with pytest.raises(BadKeyError):
        VerifyKey(raw)
