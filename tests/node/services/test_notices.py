import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from crypto.ed25519 import SigningKey
from node.clock import StandingClock, seconds
from node.services.notices import LONGEST_REST_S, REST_S, Notices
from node.storage.database import Database, open_database
from node.transport import UnreachableError
from protocol.http_signature import Request, Response, verify_request
from protocol.identifiers import MemberId, key_id
from tests.sqlite import lay_schema

ME = MemberId("a" * 32)
KEY = SigningKey.generate()
URL = "https://chat.example.jp/hooks/tasuki"


@dataclass(slots=True)
class Chat:
    """Takes calls; *answers* are given in turn, 200 behind them, None for nobody there."""

    answers: list[int | None] = field(default_factory=list)
    calls: list[Request] = field(default_factory=list)

    def send(self, request: Request, *, timeout: float) -> Response:
        assert timeout > 0
        self.calls.append(request)
        status = self.answers.pop(0) if self.answers else 200
        if status is None:
            raise UnreachableError
        return Response(status, {}, b"")

    @property
    def last(self) -> dict[str, object]:
        found = json.loads(self.calls[-1].body)
        assert isinstance(found, dict)
        return found


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(f"sqlite:///{tmp_path}/node.sqlite3")
    lay_schema(db)
    yield db
    db.close()


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def counts() -> dict[str, int]:
    return {"letters_to_confirm": 12, "rows_to_review": 0}


@pytest.fixture
def tell(
    db: Database, clock: StandingClock, chat: Chat, counts: dict[str, int]
) -> Callable[[], bool]:
    identifier = key_id("http", KEY.public.raw)
    return Notices(
        db, clock, chat, ME, identifier, KEY, lambda: counts, URL, "https://console.example.jp"
    ).tell_due


def pass_by(clock: StandingClock, seconds_: int) -> None:
    clock.advance(timedelta(seconds=seconds_))


def test_what_waits_is_told_once_and_again_when_it_changes(
    tell: Callable[[], bool], chat: Chat, clock: StandingClock, counts: dict[str, int]
) -> None:
    assert tell()
    assert not tell()
    counts["letters_to_confirm"] = 3
    assert not tell()  # within the rest
    pass_by(clock, REST_S)
    assert tell()
    assert chat.last["counts"] == {"letters_to_confirm": 3, "rows_to_review": 0}
    assert chat.last["id"] == 2
    pass_by(clock, REST_S)
    assert not tell()


def test_a_call_carries_counts_and_links_alone(tell: Callable[[], bool], chat: Chat) -> None:
    tell()
    assert set(chat.last) == {"v", "id", "member", "sent", "text", "counts", "links"}
    assert chat.last["links"] == {"letters_to_confirm": "https://console.example.jp/letters"}
    assert chat.last["text"] == "Tasuki: letters_to_confirm 12"


def test_a_call_is_signed_for_this_node(
    tell: Callable[[], bool], chat: Chat, clock: StandingClock
) -> None:
    tell()
    (call,) = chat.calls
    assert (call.method, call.target_uri) == ("POST", URL)
    verify_request(call, me=ME, keys=lambda _: KEY.public, now=seconds(clock.now()))


@pytest.mark.parametrize("answer", [None, 500, 404])
def test_a_call_that_fails_is_made_again_with_the_counts_of_then(
    tell: Callable[[], bool],
    chat: Chat,
    clock: StandingClock,
    counts: dict[str, int],
    answer: int | None,
) -> None:
    chat.answers = [answer, answer]
    assert tell()
    pass_by(clock, REST_S)
    assert not tell()  # the rest doubles
    pass_by(clock, REST_S)
    counts["letters_to_confirm"] = 5
    assert tell()
    pass_by(clock, LONGEST_REST_S)
    assert tell()
    assert [json.loads(call.body)["counts"]["letters_to_confirm"] for call in chat.calls] == [
        12,
        5,
        5,
    ]
    pass_by(clock, LONGEST_REST_S)
    assert not tell()


def test_the_rest_ends_after_an_hour_at_the_latest(
    tell: Callable[[], bool], chat: Chat, clock: StandingClock
) -> None:
    chat.answers = [None] * 20
    for _ in range(20):
        assert tell()
        pass_by(clock, LONGEST_REST_S)
