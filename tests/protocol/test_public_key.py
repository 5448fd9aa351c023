import pytest
from pydantic import TypeAdapter, ValidationError

from crypto.encoding import b64url_encode
from protocol.public_key import PublicKey, verify_key
from tests.protocol.companies import ALPHA

FIELD = TypeAdapter[str](PublicKey)


def test_key_is_read_as_it_was_written() -> None:
    text = ALPHA.public("org")
    assert FIELD.validate_python(text) == text
    assert verify_key(text) == ALPHA.key("org").public


@pytest.mark.parametrize(
    "text",
    [
        "",
        b64url_encode(bytes(31)),
        ALPHA.public("org") + "=",
        # RFC 8032: the neutral element, a point of small order.
        b64url_encode(b"\x01" + bytes(31)),
        # A field element that is not reduced.
        b64url_encode(b"\xff" * 31 + b"\x7f"),
    ],
)
def test_unusable_key_is_refused_where_it_is_read(text: str) -> None:
    with pytest.raises(ValidationError):
        FIELD.validate_python(text)
