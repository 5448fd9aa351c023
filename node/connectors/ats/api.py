"""JSON over HTTP as the vendors speak it: GET alone, limits told apart from faults.

Only :meth:`JsonApi.get` asks a vendor for applicants, so nothing can be written there;
the one POST of this package fetches a token (greenhouse.py).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlencode

from node.clock import Clock
from node.connectors.ats.source import Access, SourceError
from node.domain.sheet import well_formed
from node.i18n import local_day
from node.transport import UnreachableError
from protocol.http_signature import Request, Response

_LEAST_PAUSE: Final = timedelta(seconds=1)
_PAUSE: Final = timedelta(minutes=1)  # where a vendor that is busy names none
_LONGEST_PAUSE: Final = timedelta(hours=24)
MOST_PAGES: Final = 200  # of a list of names, which a poll reads whole

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Document = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a vendor answered: the parsed content, and its headers in lower case."""

    content: Json = field(repr=False)
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class JsonApi:
    """One vendor's API; *headers* carry the credential."""

    access: Access
    headers: Mapping[str, str] = field(repr=False)

    @property
    def clock(self) -> Clock:
        """The clock of the node."""
        return self.access.clock

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a GET.

        Raises:
            SourceError: there is none that can be used; limited says until when to wait.
        """
        target = self.access.url + path
        if query:
            target += "?" + urlencode(query, quote_via=quote)
        return ask(self.access, Request("GET", target, dict(self.headers), b""))


def key_for_header(access: Access, name: str) -> str:
    """Return a credential that a header carries as it is.

    Raises:
        SourceError: it is missing, or refused since no vendor gives out such a one.
    """
    key = access.secret(name)
    if not key.isascii() or not key.isprintable():
        raise SourceError("refused")
    return key


def ask(access: Access, request: Request) -> Answer:
    """Return the JSON that answers *request*.

    Raises:
        SourceError: there is none that can be used.
    """
    accepted = Request(
        request.method,
        request.target_uri,
        {**request.headers, "accept": "application/json"},
        request.body,
    )
    try:
        response = access.transport.send(accepted, timeout=access.timeout)
    except UnreachableError:
        raise SourceError("unreachable") from None
    _check(response, access.clock)
    try:
        return Answer(json.loads(response.body), response.headers)
    except (ValueError, RecursionError):
        # The text of the answer may be personal, so nothing of it is repeated.
        raise SourceError("malformed") from None


def _check(response: Response, clock: Clock) -> None:
    match response.status:
        case HTTPStatus.OK:
            return
        case HTTPStatus.NOT_FOUND:
            raise GoneError
        case HTTPStatus.TOO_MANY_REQUESTS:
            raise SourceError("limited", pause_until(response.headers, clock.now()))
        case HTTPStatus.SERVICE_UNAVAILABLE if "retry-after" in response.headers:
            raise SourceError("limited", pause_until(response.headers, clock.now()))
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            raise SourceError("refused")
        case _:
            raise SourceError("broken")


class GoneError(SourceError):
    """There is nothing at that address of the API."""

    def __init__(self) -> None:
        super().__init__("broken")


def pause_until(headers: Mapping[str, str], now: datetime) -> datetime:
    """Return when a vendor that answered 429 may be asked again, at most a day ahead.

    Of Retry-After in seconds or as a date (RFC 9110 section 10.2.3), else of the ISO 8601
    moment x-reset-at (HERP), else of the Unix seconds x-ratelimit-reset (Greenhouse).
    """
    until = (
        _retry_after(headers.get("retry-after", ""), now)
        or _moment(headers.get("x-reset-at", ""))
        or _unix(headers.get("x-ratelimit-reset", ""))
        or now + _PAUSE
    )
    return min(max(until, now + _LEAST_PAUSE), now + _LONGEST_PAUSE)


def _retry_after(text: str, now: datetime) -> datetime | None:
    if text.isascii() and text.isdecimal():
        return now + timedelta(seconds=min(int(text[:9]), _LONGEST_PAUSE.total_seconds()))
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _unix(text: str) -> datetime | None:
    if not text.isascii() or not text.isdecimal():
        return None
    return datetime.fromtimestamp(int(text[:11]), UTC)


def document(value: Json) -> Document:
    """Return *value* as an object.

    Raises:
        SourceError: malformed; it is none.
    """
    if not isinstance(value, dict):
        raise SourceError("malformed")
    return value


def documents(value: Json) -> list[Document]:
    """Return *value* as a list of objects.

    Raises:
        SourceError: malformed; it is none.
    """
    if not isinstance(value, list):
        raise SourceError("malformed")
    return [document(one) for one in value]


def number(value: Json) -> str:
    """Return the number of a thing at the vendor, as text.

    Raises:
        SourceError: malformed; it has none.
    """
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise SourceError("malformed")
    return well_formed(str(value))


def text(value: Json) -> str:
    """Return what a cell would hold: nothing for null and for what is no single value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return well_formed(str(value)) if isinstance(value, str | int | float) else ""


def lines(found: Json) -> str:
    """Return the values of a list, one a line; each may be an object with a value."""
    if not isinstance(found, list):
        return ""
    values = (text(one.get("value")) if isinstance(one, dict) else text(one) for one in found)
    return "\n".join(value for value in values if value)


def day(value: Json) -> str:
    """Return the day in Japan of a moment in ISO 8601, or the text as it stands."""
    found = text(value)
    moment = _moment(found)
    try:
        return found if moment is None else local_day(moment).isoformat()
    except OverflowError:  # the last evening of the year 9999, where no end is meant
        return found


def day_of_ms(value: Json) -> str:
    """Return the day in Japan of a moment in milliseconds since 1970; blank where it is none.

    Raises:
        SourceError: malformed; no moment that a calendar has.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        return ""
    try:
        return local_day(datetime.fromtimestamp(value / 1000, UTC)).isoformat()
    except (OverflowError, OSError, ValueError):
        raise SourceError("malformed") from None
