import contextlib
import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from crypto.canonical_json import MAX_DEPTH, MAX_INTEGER, Json, dumps, loads
from crypto.errors import BadEncodingError

KEYS = st.text(alphabet=st.characters(max_codepoint=127), max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXTS
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def nested(depth: int) -> Json:
    value: Json = []
    for level in range(depth - 1):
        value = [value] if level % 2 else {"a": value}
    return value


# The vectors of RFC 8785 (3.2.2, 3.2.3 and its test data) as far as the class holds them.
RFC_8785: list[tuple[str, str]] = [
    (
        r'{"string": "\u20ac$\u000F\u000aA' + r"'\u0042\u0022\u005c\\\"\/" + r'"}',
        r'{"string":"€$\u000f\nA' + r"'B\"\\\\\"/" + '"}',
    ),
    ('{"literals": [null, true, false]}', '{"literals":[null,true,false]}'),
    ('[56, {"d": true, "10": null, "1": []}]', '[56,{"1":[],"10":null,"d":true}]'),
    (
        r"""{"1": {"f": {"f": "hi", "F": 5}, "\n": 56}, "10": {}, "": "empty", "a": {},
        "111": [{"e": "yes", "E": "no"}], "A": {}}""",
        (
            r'{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},'
            r'"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}'
        ),
    ),
    ('{"Unnormalized Unicode": "A\\u030a"}', '{"Unnormalized Unicode":"A\u030a"}'),
    (r'["\u0080\ud83d\ude02\ufb33\u007f"]', '["\x80\U0001f602\ufb33\x7f"]'),
]


@pytest.mark.parametrize(("given_text", "canonical"), RFC_8785)
def test_rfc_8785_vectors(given_text: str, canonical: str) -> None:
    value = json.loads(given_text)
    assert dumps(value) == canonical.encode()
    assert loads(canonical.encode()) == value
    with pytest.raises(BadEncodingError):
        loads(given_text.encode())


@given(VALUES)
def test_equals_the_rfc8785_package(value: Json) -> None:
    assert dumps(value) == rfc8785.dumps(value)


@given(VALUES)
def test_round_trips(value: Json) -> None:
    assert loads(dumps(value)) == value


@given(VALUES, st.data())
def test_any_other_spelling_of_a_value_is_refused(value: Json, data: st.DataObject) -> None:
    written = dumps(value)
    place = data.draw(st.integers(0, len(written)))
    piece = data.draw(st.sampled_from([b" ", b"\n", b"\t", b"0", b",", b'"', b"\\", b"\xff"]))
    changed = written[:place] + piece + written[place + data.draw(st.integers(0, 2)) :]
    with contextlib.suppress(BadEncodingError):
        assert dumps(loads(changed)) == changed


@pytest.mark.parametrize("code", range(0x20))
def test_control_characters_are_escaped_in_the_short_form(code: int) -> None:
    short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
    expected = '"' + short.get(code, f"\\u{code:04x}") + '"'
    assert dumps(chr(code)) == expected.encode()
    assert loads(expected.encode()) == chr(code)


@pytest.mark.parametrize("number", [0, 1, -1, 9007199254740991, -9007199254740991])
def test_integers_within_53_bits(number: int) -> None:
    assert loads(dumps(number)) == number


@pytest.mark.parametrize(
    "number", [9007199254740992, -9007199254740992, 10**5000], ids=["above", "below", "huge"]
)
def test_refuses_larger_integers(number: int) -> None:
    with pytest.raises(BadEncodingError):
        dumps([number])


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b" {}",
        b"{}\n",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        "{}".encode("utf-32"),
        b"{}{}",
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b"{'a':1}",
        b'{"a":1,}',
        b'{"\xc3\xa9":1}',
        b'{"\\u0061":1}',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u001F"',
        b'"\\u000a"',
        b'"\\ud800"',
        b'"\\ud83d\\ude02"',
        b'"\x01"',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"1.0",
        b"1e3",
        b"-0",
        b"01",
        b"+1",
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b"true ",
        b"True",
        b"[" * 17 + b"]" * 17,
        b"[" * 200_000,
        b"[" * 200_000 + b"]" * 200_000,
        b"// x\n1",
    ],
    ids=lambda payload: f"{payload[:30]!r}, {len(payload)}",
)
def test_refuses_what_dumps_does_not_write(payload: bytes) -> None:
    with pytest.raises(BadEncodingError):
        loads(payload)


@given(st.binary(max_size=30))
def test_any_bytes_are_one_spelling_or_refused(payload: bytes) -> None:
    try:
        value = loads(payload)
    except BadEncodingError:
        return
    assert dumps(value) == payload


def test_depth_ends_at_sixteen() -> None:
    assert loads(dumps(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
    with pytest.raises(BadEncodingError):
        dumps(nested(MAX_DEPTH + 1))


def test_a_cycle_is_refused() -> None:
    value: list[Json] = []
    value.append(value)
    with pytest.raises(BadEncodingError):
        dumps(value)


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), (1, 2), b"bytes", {1}, {1: 1}, {None: 1}, {True: 1}, {"é": 1}, object],
    ids=repr,
)
def test_dumps_refuses_what_has_no_canonical_form(value: Any) -> None:
    with pytest.raises(BadEncodingError):
        dumps({"inner": value})


@pytest.mark.parametrize("value", ["\ud800", ["\udfff"], {"\ud800": 1}])
def test_dumps_refuses_lone_surrogates(value: Json) -> None:
    with pytest.raises(BadEncodingError):
        dumps(value)
