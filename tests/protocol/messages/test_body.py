from typing import Any

import pytest

from crypto import canonical_json
from crypto.canonical_json import Json
from protocol.body import Opening
from protocol.document import Signed
from protocol.errors import MalformedError, TooLargeError
from protocol.messages.body import (
    MAX_ANSWER_BYTES,
    MAX_LEAVES,
    BodyAnswer,
    BodyFetch,
    BodyList,
    ListedBody,
)
from tests.protocol.agreed_person import LOG
from tests.protocol.companies import ALPHA, edited

ASKED = BodyFetch(log=LOG, start=10, end=30)
FETCH = b"\x05" * 32
OPENINGS = (Opening.make({"a": 1}, {"b": 1}), Opening.make({"a": 2}, {}))
LIST = BodyList(
    fetch=FETCH.hex(),
    log=LOG,
    start=10,
    end=30,
    listed=tuple(
        ListedBody(id=f"{number:032x}", c=opening.commitment().hex())
        for number, opening in enumerate(OPENINGS)
    ),
)


def answer(openings: tuple[Opening, ...] = OPENINGS, **changes: Any) -> BodyAnswer:
    return BodyAnswer(ALPHA.signed("document", edited(LIST, **changes)), openings)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 0), (5, 4), (0, MAX_LEAVES + 1)], ids=["none", "backwards", "too many"]
)
def test_range_has_1_to_256_leaves(start: int, end: int) -> None:
    assert BodyFetch.parse(ASKED.canonical()) == ASKED
    for message in (ASKED, LIST):
        with pytest.raises(MalformedError):
            type(message).parse(edited(message, **{"from": start, "to": end}))


def test_answer_comes_back_and_opens() -> None:
    back = BodyAnswer.parse(answer().encode())
    assert back == answer()
    back.signed.verify({ALPHA.key_id("document"): ALPHA.key("document").public})
    listed, opened = back.bodies(ASKED, FETCH)
    assert listed == LIST
    assert opened == {body.id: opening for body, opening in zip(LIST.listed, OPENINGS, strict=True)}


def test_answer_to_nothing_one_is_entitled_to_is_empty() -> None:
    assert answer((), list=[]).bodies(ASKED, FETCH)[1] == {}


def test_shorter_answer_is_taken() -> None:
    assert answer(to=20).bodies(ASKED, FETCH)[0].end == 20


@pytest.mark.parametrize(
    "change",
    [
        {"fetch": "06" * 32},
        {"log": LOG.replace("alpha", "beta")},
        {"from": 11},
        {"to": 31},
        {"list": []},
        {"list": [LIST.listed[0].to_json()] * 2},
        {"list": [body.to_json() for body in reversed(LIST.listed)]},
    ],
    ids=["fetch", "log", "from", "to", "none", "twice", "reversed"],
)
def test_answer_to_something_else_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        answer(**change).bodies(ASKED, FETCH)


def test_openings_must_be_those_of_the_list() -> None:
    for openings in ((), OPENINGS[:1], OPENINGS[::-1], (*OPENINGS, OPENINGS[0])):
        with pytest.raises(MalformedError):
            answer(openings).bodies(ASKED, FETCH)


def test_answer_has_no_repr_of_its_values() -> None:
    assert "架空" not in repr(answer((Opening.make({}, {"name": "架空"}),)))


def plain(**changes: Json) -> bytes:
    document = canonical_json.loads(answer().encode())
    assert isinstance(document, dict)
    return canonical_json.dumps({**document, **changes})


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b" {}",
        ALPHA.signed("document", LIST.canonical()).encode(),
        plain(openings=None),
        plain(openings={}),
        plain(openings=[1]),
        plain(more=1),
        plain(doc="!"),
    ],
)
def test_another_form_is_no_answer(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        BodyAnswer.parse(payload)


def test_answer_over_1_mib_is_refused() -> None:
    with pytest.raises(TooLargeError):
        BodyAnswer.parse(b"x" * (MAX_ANSWER_BYTES + 1))


def test_list_is_read_only_from_the_signed_bytes() -> None:
    forged = BodyAnswer(Signed(b"{}", answer().signed.sigs), ())
    with pytest.raises(MalformedError):
        forged.bodies(ASKED, FETCH)
