"""The visit: for half an hour a browser need not type a letter's code again (ARCHITECTURE)."""

from datetime import datetime

from flask import session

from crypto.hashing import tagged
from node.clock import seconds
from node.web.portal.app import VISIT

_LINKS = "links"
_MOST_LINKS = 8


def remember(secret: str, *, now: datetime) -> None:
    """Note in the visit's cookie that the code of the link *secret* was typed."""
    links: dict[str, int] = {**_open_links(now), _name(secret): seconds(now + VISIT)}
    session[_LINKS] = dict(sorted(links.items(), key=lambda link: link[1])[-_MOST_LINKS:])


def is_known(secret: str, *, now: datetime) -> bool:
    """Tell whether the code of the link *secret* was typed in this visit."""
    return _name(secret) in _open_links(now)


def _open_links(now: datetime) -> dict[str, int]:
    links: dict[str, int] = session.get(_LINKS, {})
    return {name: until for name, until in links.items() if until > seconds(now)}


def _name(secret: str) -> str:
    # The cookie is signed, not sealed: it holds a digest of its own kind, never the secret
    # and never the digest that the database knows.
    return tagged("tasuki portal visit", secret.encode("utf-8")).hex()[:32]
