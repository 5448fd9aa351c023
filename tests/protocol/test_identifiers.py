from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from crypto.hashing import sha256
from protocol.identifiers import (
    MAX_TIME,
    Base64Url,
    Count,
    Day,
    HashHex,
    Id,
    KeyIdHex,
    LogOrigin,
    Name,
    Time,
    is_id,
    key_id,
    new_id,
)

SPELT = [
    (Id, "0123456789abcdef" * 2),
    (HashHex, "0123456789abcdef" * 4),
    (KeyIdHex, "0123456789abcdef"),
    (Base64Url, "AQI"),
    (Day, "2026-09-21"),
    (LogOrigin, "localhost:8001/tasuki/v1/log/0001"),
    (Name, "match.propose"),
]


@pytest.mark.parametrize(("kind", "text"), SPELT, ids=[text for _, text in SPELT])
def test_name_has_one_spelling(kind: Any, text: str) -> None:
    adapter: TypeAdapter[str] = TypeAdapter(kind)
    assert adapter.validate_python(text) == text
    wrong = [text + "\n", "\n" + text, " " + text, text + "=", text[:-1] + "\N{DIGIT ONE}\u0661"]
    for other in [*wrong, text.replace("a", "A", 1) + "é", text.upper() + "!"]:
        with pytest.raises(ValidationError):
            adapter.validate_python(other)


def test_a_day_outside_the_calendar_is_refused() -> None:
    adapter: TypeAdapter[str] = TypeAdapter(Day)
    for text in ("2026-02-30", "2026-13-01", "0000-01-01", "2026-99-99"):
        with pytest.raises(ValidationError):
            adapter.validate_python(text)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_time_that_no_zone_has_a_day_for_is_refused(zone: str) -> None:
    last = datetime.fromtimestamp(MAX_TIME, UTC)
    assert last.astimezone(ZoneInfo(zone)).date().isoformat() >= "9999-12-30"
    with pytest.raises(ValidationError):
        TypeAdapter(Time).validate_python(MAX_TIME + 1)


@pytest.mark.parametrize(
    ("kind", "largest"), [(Time, MAX_TIME), (Count, 2**53 - 1)], ids=["time", "count"]
)
def test_integer_stays_within_what_every_reader_holds(kind: Any, largest: int) -> None:
    adapter: TypeAdapter[int] = TypeAdapter(kind)
    assert adapter.validate_python(largest) == largest
    for number in (-1, largest + 1):
        with pytest.raises(ValidationError):
            adapter.validate_python(number)


def test_new_ids_are_ids_and_differ() -> None:
    assert is_id(new_id())
    assert new_id() != new_id()


@pytest.mark.parametrize("text", ["", "ab" * 15, "ab" * 17, "AB" * 16, "ab" * 16 + "\n", "g" * 32])
def test_other_spelling_is_no_id(text: str) -> None:
    assert not is_id(text)


def test_key_id_depends_on_the_purpose() -> None:
    public = b"\x01" * 32
    assert key_id("log", public) == sha256(b"log\n" + public).hex()[:16]
    assert key_id("log", public) != key_id("witness", public)
