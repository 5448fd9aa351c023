from typing import get_args

import pytest

from crypto import canonical_json
from protocol.envelope import REFERRING, SEALED_BESIDE, WITHOUT_END
from protocol.errors import MalformedError, UnknownKindError
from protocol.messages import KINDS, Message, parse_body
from tests.protocol.companies import edited
from tests.protocol.messages.every_message import EVERY_MESSAGE

named = pytest.mark.parametrize("message", EVERY_MESSAGE, ids=lambda message: message.KIND)


def test_every_class_stands_under_its_kind() -> None:
    assert set(KINDS.values()) == set(get_args(Message))
    assert all(kind == message.KIND for kind, message in KINDS.items())
    assert [message.KIND for message in EVERY_MESSAGE] == list(KINDS)


def test_envelope_knows_only_kinds_that_there_are() -> None:
    assert {*REFERRING, *WITHOUT_END, SEALED_BESIDE} <= set(KINDS)


@named
def test_message_comes_back(message: Message) -> None:
    assert parse_body(message.KIND, message.to_json()) == message
    assert canonical_json.loads(message.canonical()) == message.to_json()


@named
def test_message_has_no_field_more(message: Message) -> None:
    with pytest.raises(MalformedError):
        type(message).parse(edited(message, more=1))


@pytest.mark.parametrize(
    ("message", "name"),
    [
        pytest.param(message, name, id=f"{message.KIND} {name}")
        for message in EVERY_MESSAGE
        for name in message.to_json()
    ],
)
def test_message_has_no_field_less_and_none_of_another_type(message: Message, name: str) -> None:
    wrong: list[object] = [None, [], {}, "", -1, "\x00"]
    for value in wrong:
        with pytest.raises(MalformedError):
            type(message).parse(edited(message, **{name: value}))


@named
def test_null_for_an_absent_field_is_refused(message: Message) -> None:
    with pytest.raises(MalformedError):
        type(message).parse(canonical_json.dumps({**message.to_json(), "held": None}))


@pytest.mark.parametrize("kind", ["", "match", "match.propose ", "consent.narrow"])
def test_unknown_kind_is_refused(kind: str) -> None:
    with pytest.raises(UnknownKindError):
        parse_body(kind, {})
