import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.encoding import b64_decode, b64_encode, b64url_decode, b64url_encode, hex_decode
from crypto.errors import BadEncodingError

# RFC 4648 section 10
RFC_4648 = [
    (b"foobar"[:length], text)
    for length, text in enumerate(["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"])
]


@pytest.mark.parametrize(("data", "text"), RFC_4648)
def test_rfc_4648_vectors(data: bytes, text: str) -> None:
    assert b64_encode(data) == text
    assert b64_decode(text) == data
    assert b64url_encode(data) == text.rstrip("=")
    assert b64url_decode(text.rstrip("=")) == data


def test_alphabets_differ_in_the_last_two_letters() -> None:
    assert b64_encode(b"\xfb\xff\xfe") == "+//+"
    assert b64url_encode(b"\xfb\xff\xfe") == "-__-"


@pytest.mark.parametrize(
    "text",
    [
        "Zg==",
        "Zh",
        "Z",
        "Zg\n",
        " Zg",
        "Zm 9v",
        "Zm9v=",
        "+//+",
        "Zm9!v",
        "Zgé",
        "\uff3ag",
        "\x00",
        "=",
    ],
)
def test_b64url_refuses_every_other_spelling(text: str) -> None:
    with pytest.raises(BadEncodingError):
        b64url_decode(text)


@pytest.mark.parametrize(
    "text",
    ["Zg", "Zg=", "Zh==", "Z===", "Zg==\n", " Zg==", "Zm9v====", "-__-", "Zm9v!", "Zgé=", "===="],
)
def test_b64_refuses_every_other_spelling(text: str) -> None:
    with pytest.raises(BadEncodingError):
        b64_decode(text)


@given(st.binary(max_size=100))
def test_base64_round_trips(data: bytes) -> None:
    assert b64url_decode(b64url_encode(data)) == data
    assert b64_decode(b64_encode(data)) == data


@given(st.text(alphabet=string.ascii_letters + string.digits + "-_+/= \n\x00é", max_size=12))
def test_any_text_is_one_encoding_or_refused(text: str) -> None:
    for decode, encode in ((b64url_decode, b64url_encode), (b64_decode, b64_encode)):
        try:
            data = decode(text)
        except BadEncodingError:
            continue
        assert encode(data) == text


def test_hex_decode() -> None:
    assert hex_decode("00ff", 2) == b"\x00\xff"
    assert hex_decode("", 0) == b""


@pytest.mark.parametrize(
    "text", ["00FF", "00 ff", " 00ff", "00ff\n", "00f", "0xff", "\uff10\uff10ff", "gg00"]
)
def test_hex_refuses_every_other_spelling(text: str) -> None:
    with pytest.raises(BadEncodingError):
        hex_decode(text, 2)


@pytest.mark.parametrize("length", [1, 3])
def test_hex_refuses_another_length(length: int) -> None:
    with pytest.raises(BadEncodingError):
        hex_decode("00ff", length)


@given(st.binary(max_size=64))
def test_hex_round_trips(data: bytes) -> None:
    assert hex_decode(data.hex(), len(data)) == data
