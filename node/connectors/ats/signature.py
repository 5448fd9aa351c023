"""The signatures of webhooks: one check, and for each vendor what it signs and where it says so.

Every vendor here computes HMAC-SHA-256 (RFC 2104) with a secret that it shares with the
company. What differs is over what: the bytes as they came, or some fields.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from crypto.hashing import equal, hmac_sha256, sha256
from node.connectors.ats.api import Document, document, number, text
from node.connectors.ats.source import BadHookError, Event, Hook, SourceError

_MOST_SIGNATURES: Final = 32  # SmartRecruiters has at most 16 secrets at a time


@dataclass(frozen=True, slots=True)
class Signed:
    """What a vendor signed, and the signatures that came with it, of which one is enough."""

    content: bytes = field(repr=False)
    signatures: tuple[str, ...]  # lower-case hexadecimal


# By the headers, their names in lower case, and the body as it came.
Canonicaliser = Callable[[Mapping[str, str], bytes], Signed]


def verify(
    canonicalise: Canonicaliser, secret: str, headers: Mapping[str, str], body: bytes
) -> None:
    """Return if a webhook bears a signature by *secret*.

    Raises:
        BadHookError: it bears none that is right.
    """
    signed = canonicalise(headers, body)
    expected = hmac_sha256(secret.encode(), signed.content).hex().encode()
    # Each is compared to its end, so that the time does not tell which one came close.
    fits = [equal(given.encode(), expected) for given in signed.signatures[:_MOST_SIGNATURES]]
    if not any(fits):
        raise BadHookError


def greenhouse(headers: Mapping[str, str], body: bytes) -> Signed:
    """Return the body under `Signature: sha256 HEX`."""
    return Signed(body, _behind("sha256 ", headers.get("signature", "")))


def lever(_headers: Mapping[str, str], body: bytes) -> Signed:
    """Return the token and the moment of the body; nothing else of it is signed.

    Raises:
        BadHookError: the body is no webhook of Lever.
    """
    said = parsed(body)
    try:
        content = number(said.get("token")) + number(said.get("triggeredAt"))
    except SourceError:
        raise BadHookError from None
    return Signed(content.encode(), (text(said.get("signature")),))


def ashby(headers: Mapping[str, str], body: bytes) -> Signed:
    """Return the body under `Ashby-Signature: sha256=HEX`."""
    return Signed(body, _behind("sha256=", headers.get("ashby-signature", "")))


def workable(headers: Mapping[str, str], body: bytes) -> Signed:
    """Return the body under `X-Workable-Signature: HEX`."""
    return Signed(body, (headers.get("x-workable-signature", ""),))


def smartrecruiters(headers: Mapping[str, str], body: bytes) -> Signed:
    """Return moment, body, and what names the event, under `v1=HEX;v1=HEX`."""
    names = ("event-id", "event-name", "event-version", "link")
    begin = headers.get("smartrecruiters-timestamp", "").encode()
    rest = (headers.get(name, "").encode() for name in names)
    given = headers.get("smartrecruiters-signature", "").split(";")
    signatures = [one for part in given for one in _behind("v1=", part.strip())]
    return Signed(b".".join((begin, body, *rest)), tuple(signatures))


def parsed(body: bytes) -> Document:
    """Return the JSON object of a webhook.

    Raises:
        BadHookError: it is none.
    """
    try:
        return document(json.loads(body))
    except (ValueError, RecursionError, SourceError):
        raise BadHookError from None


def told(body: bytes, read: Callable[[Document], tuple[Event, ...]]) -> Hook:
    """Return what *read* finds in a webhook that has no number of its own.

    Raises:
        BadHookError: it is none, or names nothing by a number.
    """
    content = parsed(body)
    try:
        return Hook((digest(body),), events=read(content))
    except SourceError:
        raise BadHookError from None


def digest(body: bytes) -> str:
    """Return what tells a webhook from others where no number of it is signed."""
    return sha256(body).hex()


def _behind(prefix: str, value: str) -> tuple[str, ...]:
    return (value.removeprefix(prefix),) if value.startswith(prefix) else ()
