import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import BadEncodingError
from crypto.hashing import equal, hmac_sha256, sha256, string, tagged


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
    ],
)
def test_fips_180_vectors(data: bytes, digest: str) -> None:
    assert sha256(data).hex() == digest


@pytest.mark.parametrize(
    ("key", "data", "mac"),
    [
        (  # RFC 4231 section 4.2
            b"\x0b" * 20,
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (  # section 4.3
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (  # section 4.7: a key longer than a block
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ],
)
def test_rfc_4231_vectors(key: bytes, data: bytes, mac: str) -> None:
    assert hmac_sha256(key, data).hex() == mac


def test_tagged_puts_the_label_on_its_own_line() -> None:
    assert tagged("tasuki/1 x", b"a", b"b") == sha256(b"tasuki/1 x\nab")
    assert tagged("tasuki/1 x") == sha256(b"tasuki/1 x\n")


def test_string_counts_bytes_not_characters() -> None:
    assert string("") == b"\x00\x00"
    assert string("襷") == b"\x00\x03\xe8\xa5\xb7"
    assert string("a" * 65535)[:2] == b"\xff\xff"


@pytest.mark.parametrize("text", ["a" * 65536, "襷" * 21846, "\ud800"])
def test_string_refuses_what_has_no_form(text: str) -> None:
    with pytest.raises(BadEncodingError):
        string(text)


WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=4)


@given(WORDS, WORDS)
def test_strings_one_after_the_other_name_one_list(one: list[str], other: list[str]) -> None:
    same = b"".join(map(string, one)) == b"".join(map(string, other))
    assert same == (one == other)


def test_equal() -> None:
    assert equal(b"abc", b"abc")
    assert not equal(b"abc", b"abx")
    assert not equal(b"abc", b"abcx")
