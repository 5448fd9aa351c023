"""The spellings of lines, durations, addresses and folders in a settings file."""

import re
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

_UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_DURATION = re.compile(r"\A([1-9][0-9]{0,5}) ?(s|min|h|d)\Z", re.ASCII)
_BIND = re.compile(r"\A(?:\[([0-9a-fA-F:.]+)\]|([0-9A-Za-z.-]+)):([1-9][0-9]{0,4})\Z", re.ASCII)
_AUTHORITY = re.compile(
    r"\A[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?(?::[1-9][0-9]{0,4})?\Z", re.ASCII
)
_MAIL = re.compile(r"\A[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}\Z", re.ASCII)
_MAX_PORT = 65535
_LOOPBACK = {"localhost", "127.0.0.1"}


@dataclass(frozen=True, slots=True)
class Bind:
    """An address and port to listen on."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_duration(text: object) -> timedelta:
    """Return the duration that *text* spells.

    Raises:
        ValueError: it is not a whole number and a unit.
    """
    if isinstance(text, timedelta):
        return text
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError('write a whole number and s, min, h or d, such as "60s" or "30d"')
    return int(match[1]) * _UNITS[match[2]]


def parse_bind(text: object) -> Bind:
    """Return the address and port that *text* spells.

    Raises:
        ValueError: it is not host:port.
    """
    if isinstance(text, Bind):
        return text
    match = _BIND.fullmatch(text) if isinstance(text, str) else None
    if match is None or int(match[3]) > _MAX_PORT:
        raise ValueError('write an address and a port, such as "127.0.0.1:8403" or "[::1]:8403"')
    return Bind(host=match[1] or match[2], port=int(match[3]))


def parse_folder(text: object) -> Path:
    """Return the path that *text* spells.

    Raises:
        ValueError: it is not absolute: the working folder of a service is chance.
    """
    if not isinstance(text, str | Path) or not Path(text).is_absolute():
        raise ValueError("write an absolute path, beginning with /")
    return Path(text)


def parse_public_url(text: object) -> str:
    """Return *text* if it is scheme and authority alone, in lower case.

    Raises:
        ValueError: it has more or less, or sends over a network without TLS.
    """
    parts = _split(text)
    if parts is None or parts.scheme not in {"http", "https"}:
        raise ValueError('write the address that others use, such as "https://node.example.jp"')
    port = parts.netloc.partition(":")[2]
    if _AUTHORITY.fullmatch(parts.netloc) is None or int(port or _MAX_PORT) > _MAX_PORT:
        raise ValueError("write host, or host:port, in lower case, without a user or brackets")
    if parts.path or parts.query or parts.fragment:
        raise ValueError("end after the host and port: no path, no / at the end, no question mark")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError("begin with https:// (http:// is for loopback alone)")
    return f"{parts.scheme}://{parts.netloc}"


def _split(text: object) -> SplitResult | None:
    """Return the parts of a URL, or None where there are none."""
    try:
        return urlsplit(text) if isinstance(text, str) and text.isprintable() else None
    except ValueError:
        return None


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Address = Annotated[Bind, BeforeValidator(parse_bind)]
AbsolutePath = Annotated[Path, BeforeValidator(parse_folder)]
PublicUrl = Annotated[str, BeforeValidator(parse_public_url)]


def _line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("write one line of text")
    return text


def _mail(text: str) -> str:
    if _MAIL.fullmatch(text) is None:
        raise ValueError('write one mail address, such as "saiyo@example.jp"')
    return text


Line = Annotated[str, Field(max_length=200), AfterValidator(_line)]
MailAddress = Annotated[str, AfterValidator(_mail)]
Port = Annotated[int, Field(ge=1, le=_MAX_PORT)]
