import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from config.log import ROOMS, configure, redact
from crypto.ed25519 import VerifyKey
from crypto.errors import BadKeyError

SECRET = "A" * 20 + "_-" + "b" * 21


@pytest.fixture
def lines() -> Iterator[StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = StringIO()
    configure("debug", stream)
    yield stream
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    for room in ROOMS:
        logging.getLogger(room).setLevel(logging.NOTSET)


def last(lines: StringIO) -> dict[str, object]:
    line: dict[str, object] = json.loads(lines.getvalue().splitlines()[-1])
    return line


@pytest.mark.parametrize(
    "text",
    [
        "mizushima@example.jp",
        "水島@example.jp",
        "mizushima\uff20example.jp",
        "090-0000-0000",
        "+81 90 0000 0000",
        "0900000000",
        SECRET,
        f"https://saiyo.example.jp/c/{SECRET}",
        "https://saiyo.example.jp/search?name=mizushima",
        "/c/mizushima",
    ],
)
def test_personal_values_and_links_are_taken_out(text: str) -> None:
    redacted = redact(f"before {text} after")
    assert text not in redacted
    assert "mizushima" not in redacted
    assert redacted.startswith("before ")
    assert redacted.endswith(" after")


@pytest.mark.parametrize(
    "text",
    [
        "0" * 32,
        "0123456789abcdef" * 4,
        "127.0.0.1:8403/tasuki/v1/log/0001",
        "2026-11-24T01:00:00",
        "size 1795432626",
        "https://node.example.jp",
    ],
)
def test_identifiers_and_times_stay(text: str) -> None:
    assert redact(text) == text


def test_an_event_is_one_json_object(lines: StringIO) -> None:
    logging.getLogger("node.services").debug(
        "reveal %s", "delivered", extra={"request": "ab" * 16, "tries": 2, "mail": "a@example.jp"}
    )
    line = last(lines)
    assert line.pop("time")
    assert line == {
        "level": "debug",
        "logger": "node.services",
        "event": "reveal delivered",
        "request": "ab" * 16,
        "tries": 2,
        "mail": "[mail]",
    }


def test_foreign_loggers_keep_their_text_without_arguments(lines: StringIO) -> None:
    logging.getLogger("waitress").warning("Exception while serving %s", "/c/mizushima")
    assert last(lines)["event"] == "Exception while serving %s"


def test_foreign_loggers_are_silent_below_warnings(lines: StringIO) -> None:
    foreign = logging.getLogger("urllib3.connectionpool")
    foreign.setLevel(logging.DEBUG)
    foreign.debug("GET %s", "/c/mizushima")
    foreign.setLevel(logging.NOTSET)
    assert lines.getvalue() == ""


def test_an_exception_shows_class_and_places_only(lines: StringIO) -> None:
    try:
        int("mizushima")
    except ValueError:
        logging.getLogger("node.web").exception("page failed")
    line = last(lines)
    assert line["error"] == "builtins.ValueError"
    assert "said" not in line
    assert "mizushima" not in lines.getvalue()
    places = line["at"]
    assert isinstance(places, list)
    assert places[0].startswith("tests/config/test_log.py:")


def test_our_own_exceptions_keep_their_words(lines: StringIO) -> None:
    try:
        VerifyKey(b"")
    except BadKeyError:
        logging.getLogger("crypto").warning("refused", exc_info=True)
    assert last(lines)["said"] == "an Ed25519 public key has 32 bytes"
