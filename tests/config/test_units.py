from datetime import timedelta
from pathlib import Path

import pytest

from config.units import Bind, parse_bind, parse_duration, parse_folder, parse_public_url


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("5s", timedelta(seconds=5)),
        ("2 min", timedelta(minutes=2)),
        ("24h", timedelta(hours=24)),
        ("730d", timedelta(days=730)),
    ],
)
def test_duration_is_a_number_and_a_unit(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "5", "0s", "-1s", "1.5h", "1_0s", "５s", "5 weeks", " 5s", 7])
def test_other_durations_are_refused(text: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["127.0.0.1:8403", "[::1]:8403", "localhost:1"])
def test_bind_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_bind(text)) == text
    assert parse_bind(text).is_loopback


@pytest.mark.parametrize("text", ["0.0.0.0:80", "node.example.jp:80", "[2001:db8::1]:80"])
def test_open_binds_are_not_loopback(text: str) -> None:
    assert not parse_bind(text).is_loopback


@pytest.mark.parametrize(
    "text", ["", "8403", ":8403", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "::1:80", None]
)
def test_other_binds_are_refused(text: object) -> None:
    with pytest.raises(ValueError, match="address and a port"):
        parse_bind(text)


def test_values_of_the_program_pass() -> None:
    assert parse_bind(Bind("::1", 1)) == Bind("::1", 1)
    assert parse_duration(timedelta(1)) == timedelta(1)
    assert parse_folder(Path("/srv")) == Path("/srv")


@pytest.mark.parametrize("text", ["", "data", "./data", 5])
def test_folder_must_be_absolute(text: object) -> None:
    with pytest.raises(ValueError, match="absolute"):
        parse_folder(text)


@pytest.mark.parametrize(
    "text",
    ["https://node.example.jp", "https://node.example.jp:8443", "http://127.0.0.1:8403"],
)
def test_public_url_is_scheme_and_authority(text: str) -> None:
    assert parse_public_url(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("node.example.jp", "the address that others use"),
        ("ftp://node.example.jp", "the address that others use"),
        (5, "the address that others use"),
        ("https://[::1", "the address that others use"),
        ("https://node.example.jp\n", "the address that others use"),
        ("https://user:pw@node.example.jp", "without a user"),
        ("https://Node.example.jp", "lower case"),
        ("https://node.example.jp:0", "host:port"),
        ("https://node.example.jp:65536", "host:port"),
        ("https://", "host"),
        ("https://node.example.jp/", "no path"),
        ("https://node.example.jp/tasuki", "no path"),
        ("https://node.example.jp?x=1", "no path"),
        ("http://node.example.jp", "https://"),
    ],
)
def test_other_urls_are_refused(text: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_public_url(text)
