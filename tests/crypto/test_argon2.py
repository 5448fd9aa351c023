import unicodedata

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from crypto import aead, argon2
from crypto.encoding import b64url_encode
from crypto.errors import BadCiphertextError

SALT = b"\x02" * 16
SALT_TEXT = b64url_encode(SALT)


def cheap(passphrase: str, secret: bytes, cost: str = "m=8,t=1,p=1") -> bytes:
    """Wrap as the module states it, with parameters that take no time."""
    memory, passes, lanes = (int(part[2:]) for part in cost.split(","))
    key = Argon2id(salt=SALT, length=32, iterations=passes, lanes=lanes, memory_cost=memory).derive(
        passphrase.encode()
    )
    head = f"$argon2id$v=19${cost}${SALT_TEXT}$"
    return (head + b64url_encode(aead.seal(key, secret, head.encode()))).encode()


def test_rfc_9106_vector_of_the_library() -> None:
    """Section 5.3; it has a secret and associated data, which nothing of ours uses."""
    made = Argon2id(
        salt=SALT,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=b"\x04" * 12,
        secret=b"\x03" * 8,
    ).derive(b"\x01" * 32)
    assert made.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


@pytest.mark.parametrize(
    ("passphrase", "key"),
    [
        ("", "0a34f1abde67086c82e785eaf17c68382259a264f4e61b91cd2763cb75ac189a"),
        ("\x01" * 32, "03aab965c12001c9d7d0d2de33192c0494b684bb148196d73c1df1acaf6d0c2e"),
    ],
)
def test_the_rfc_inputs_without_secret_and_associated_data(passphrase: str, key: str) -> None:
    assert argon2._stretch(passphrase, SALT, 32, 3, 4).hex() == key


def test_wraps_with_the_recommended_cost_and_unwraps() -> None:
    wrapped = argon2.Wrapper("五月雨を集めて早し").wrap(b"seed")
    assert wrapped.startswith(b"$argon2id$v=19$m=65536,t=3,p=1$")
    assert b"\n" not in wrapped
    assert argon2.Wrapper("五月雨を集めて早し").unwrap(wrapped) == b"seed"


def test_two_wraps_have_two_salts() -> None:
    one, other = argon2.Wrapper("a").wrap(b"seed"), argon2.Wrapper("a").wrap(b"seed")
    assert one.split(b"$")[4] != other.split(b"$")[4]


def test_opens_what_another_cost_made() -> None:
    assert argon2.Wrapper("a").unwrap(cheap("a", b"seed")) == b"seed"
    assert argon2.Wrapper("a").unwrap(cheap("a", b"seed", "m=64,t=2,p=3")) == b"seed"


@pytest.mark.parametrize("cost", ["m=128,t=16,p=16", "m=262144,t=1,p=1"])
def test_the_bounds_themselves_are_run(cost: str) -> None:
    assert argon2.Wrapper("a").unwrap(cheap("a", b"seed", cost)) == b"seed"


def test_a_decomposed_passphrase_is_the_same() -> None:
    composed = "がぎぐé"
    wrapped = cheap(composed, b"seed")
    assert argon2.Wrapper(unicodedata.normalize("NFD", composed)).unwrap(wrapped) == b"seed"


@pytest.mark.parametrize("passphrase", ["", "b", "A", "a "])
def test_another_passphrase_does_not_open(passphrase: str) -> None:
    with pytest.raises(BadCiphertextError):
        argon2.Wrapper(passphrase).unwrap(cheap("a", b"seed"))


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        (b"m=8,", b"m=9,"),
        (b"t=1,", b"t=2,"),
        (SALT_TEXT.encode(), b64url_encode(b"\x03" * 16).encode()),
    ],
)
def test_exchanged_parameters_do_not_open(part: bytes, instead: bytes) -> None:
    with pytest.raises(BadCiphertextError):
        argon2.Wrapper("a").unwrap(cheap("a", b"seed").replace(part, instead))


@pytest.mark.parametrize(
    "cost",
    ["m=262145,t=1,p=1", "m=8,t=17,p=1", "m=9999999,t=1,p=1", "m=200,t=1,p=17", "m=15,t=1,p=2"],
)
def test_parameters_beyond_the_bounds_are_refused_unrun(cost: str) -> None:
    wrapped = cheap("a", b"seed").replace(b"m=8,t=1,p=1", cost.encode())
    with pytest.raises(BadCiphertextError, match="parameters"):
        argon2.Wrapper("a").unwrap(wrapped)


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        (b"$argon2id", b"$argon2i"),
        (b"v=19", b"v=16"),
        (b"m=8", b"m=08"),
        (b"m=8", b"m=0"),
        (b"t=1", b"t=0"),
        (b"p=1", b"p=-1"),
        (b"m=8,t=1", b"t=1,m=8"),
        (b"$v=19", b""),
        (SALT_TEXT.encode(), SALT_TEXT[:-1].encode()),
        (SALT_TEXT.encode(), SALT_TEXT[:-1].encode() + b"h"),
        (SALT_TEXT.encode(), b"\xc3\xa9" + SALT_TEXT[2:].encode()),
    ],
)
def test_another_form_is_refused(part: bytes, instead: bytes) -> None:
    with pytest.raises(BadCiphertextError, match="not a wrapped secret"):
        argon2.Wrapper("a").unwrap(cheap("a", b"seed").replace(part, instead, 1))


@pytest.mark.parametrize("wrapped", [b"", b"$argon2id$", b"\xff", b"{}"])
def test_another_file_is_refused(wrapped: bytes) -> None:
    with pytest.raises(BadCiphertextError, match="not a wrapped secret"):
        argon2.Wrapper("a").unwrap(wrapped)


def test_a_line_end_is_refused() -> None:
    with pytest.raises(BadCiphertextError):
        argon2.Wrapper("a").unwrap(cheap("a", b"seed") + b"\n")


def test_a_changed_record_is_refused() -> None:
    wrapped = cheap("a", b"seed")
    last = b"A" if wrapped[-5:-4] != b"A" else b"B"
    with pytest.raises(BadCiphertextError):
        argon2.Wrapper("a").unwrap(wrapped[:-5] + last + wrapped[-4:])


def test_what_one_wrapper_wraps_is_stretched_once_and_still_differs() -> None:
    wrapper = argon2.Wrapper("a")
    one, other = wrapper.wrap(b"seed"), wrapper.wrap(b"seed")
    head = one.rpartition(b"$")[0]
    assert other.startswith(head)
    assert one != other
    reader = argon2.Wrapper("a")
    assert [reader.unwrap(one), reader.unwrap(other)] == [b"seed", b"seed"]
    assert reader.unwrap(argon2.Wrapper("a").wrap(b"seed")) == b"seed"
