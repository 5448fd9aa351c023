import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crypto import canonical_json
from crypto.hashing import sha256
from protocol.errors import MalformedError
from protocol.identifiers import Count
from protocol.value import Value


class Inner(Value):
    flag: bool = False


class Example(Value):
    text: str
    number: Count | None = None
    inner: Inner = Inner()


EXAMPLE = Example(text="架空", number=3)
BYTES = '{"inner":{"flag":false},"number":3,"text":"架空"}'.encode()


def test_value_has_one_byte_string_and_one_digest() -> None:
    assert EXAMPLE.canonical() == BYTES
    assert EXAMPLE.digest() == sha256(BYTES)
    assert Example.parse(BYTES) == EXAMPLE


def test_value_of_a_parsed_part_is_the_same() -> None:
    assert Example.from_json(canonical_json.loads(BYTES)) == EXAMPLE


@given(st.text(), st.none() | st.integers(0, 2**53 - 1), st.booleans())
def test_value_comes_back(text: str, number: int | None, flag: object) -> None:
    value = Example(text=text, number=number, inner=Inner(flag=bool(flag)))
    assert Example.parse(value.canonical()) == value


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "{}",
        '{"text":"x"}',  # the default of `inner` has to be written out
        '{"inner":{},"text":"x"}',
        '{"inner":{"flag":false},"number":null,"text":"x"}',
        '{"inner":{"flag":false},"more":1,"text":"x"}',
        '{"inner":{"flag":false},"text":"x","text":"x"}',
        '{"inner":{"flag":false}, "text":"x"}',
        '{"text":"x","inner":{"flag":false}}',
        '{"inner":{"flag":0},"text":"x"}',
        '{"inner":{"flag":false},"number":true,"text":"x"}',
        '{"inner":{"flag":false},"number":1.0,"text":"x"}',
        '{"inner":{"flag":false},"number":"1","text":"x"}',
        '{"inner":{"flag":false},"number":-1,"text":"x"}',
        '{"inner":{"flag":false},"number":9007199254740992,"text":"x"}',
        '{"inner":{"flag":false},"text":"x"}\n',
        "[]",
    ],
)
def test_every_other_spelling_is_refused(payload: str) -> None:
    with pytest.raises(MalformedError):
        Example.parse(payload.encode())


@given(st.binary(max_size=60))
def test_any_bytes_give_a_value_of_these_bytes_or_a_refusal(payload: bytes) -> None:
    try:
        value = Example.parse(payload)
    except MalformedError:
        return
    assert value.canonical() == payload


def test_refusal_names_the_place_and_not_what_stood_there() -> None:
    with pytest.raises(MalformedError) as refusal:
        Example.parse('{"inner":{"flag":"架空 花子"},"text":"x"}'.encode())
    assert "inner.flag" in str(refusal.value)
    assert "架空" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_value_does_not_change() -> None:
    with pytest.raises(ValidationError):
        setattr(EXAMPLE, "text", "y")  # noqa: B010 - the type checker refuses the plain form
