"""Lever, read over its Data API v1.

Seen: descriptions of the parameters of /opportunities in public API definitions
(updated_at_start, archived, expand, offset); a recorded opportunity; public programs for
paging ({data, hasNext, next}, at most 100), webhooks and the key (Basic, the key as the
user); a survey of the limits (10 calls a second, 20 at once, 429 without Retry-After). Not
seen: the vendor's own page (hire.lever.co/developer/documentation).

The documents disagree on the signature of webhooks. Five programs that are independent of
each other compute HMAC-SHA256 over token and triggeredAt, two fields of the body; one
machine-made description says "of the body", and one program takes the token alone. The
first is checked. So the rest of the body is unauthenticated: only the number in it is
used, and the opportunity is fetched again. Token and moment together tell repetitions apart.

An opportunity counts as an application once it has one: leads are not read, and neither
are confidential postings, which the API leaves out unless it is asked for them. Stages go
backwards in real accounts, so the step is the furthest of stageChanges by toStageIndex.
"Withdrew" and "Offer declined" stand in one list with the company's own reasons, so who
ended it is told by the mapping of their texts; a text that is not in it waits for a person.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Final

from crypto.encoding import b64_encode
from node.connectors.ats import signature
from node.connectors.ats.api import (
    MOST_PAGES,
    Document,
    GoneError,
    Json,
    JsonApi,
    day_of_ms,
    document,
    documents,
    lines,
    number,
    text,
)
from node.connectors.ats.signature import parsed, verify
from node.connectors.ats.source import (
    Access,
    BadHookError,
    Event,
    Happening,
    Hook,
    Page,
    Row,
    Secret,
    SourceError,
)

MAX_LIMIT: Final = 100
_OVERLAP: Final = timedelta(minutes=10)
_ROUTES: Final = {
    "agency": "agency",
    "referred": "referral",
    "sourced": "media_scout",
    "university": "event",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a listing is: its next page, of what was updated since when (ms)."""

    page: str = ""
    since: int = 0
    began: int = 0


@dataclass(slots=True)
class Lever:
    """The opportunities of one account."""

    api: JsonApi = field(repr=False)
    key: str = "id"
    _texts: dict[str, dict[str, Document]] = field(default_factory=dict)

    def pages(self, cursor: str) -> Iterator[Page]:
        """Yield the opportunities that were updated since the cursor."""
        place = _Place(**json.loads(cursor)) if cursor else _Place()
        began = place.began or int(self.api.clock.now().timestamp() * 1000)
        while True:
            query = {"limit": str(MAX_LIMIT), "expand": "applications"}
            if place.since:
                query["updated_at_start"] = str(place.since)
            if place.page:
                query["offset"] = place.page
            content = document(self.api.get("/opportunities", query).content)
            read = self._page(documents(content.get("data")))
            if content.get("hasNext") is not True:
                since = began - int(_OVERLAP.total_seconds() * 1000)
                rest = json.dumps(asdict(_Place(since=since)))
                yield Page(read.rows, rest, read.events, is_whole=not place.since)
                return
            place = _Place(number(content.get("next")), place.since, began)
            yield Page(read.rows, json.dumps(asdict(place)), read.events)

    def one(self, application_id: str) -> Page:
        """Return one opportunity."""
        try:
            answer = self.api.get(f"/opportunities/{application_id}", {"expand": "applications"})
        except GoneError:
            return Page((), "", (Event(Happening.DELETED, application_id),))
        return self._page([document(document(answer.content).get("data"))])

    def _page(self, opportunities: list[Document]) -> Page:
        anonymous = [one for one in opportunities if one.get("isAnonymized") is True]
        events = (Event(Happening.ANONYMISED, number(one.get("id"))) for one in anonymous)
        rows = (
            self._row(one, applications[-1])
            for one in opportunities
            if one not in anonymous and (applications := documents(one.get("applications")))
        )
        return Page(tuple(rows), "", tuple(events))

    def _row(self, opportunity: Document, application: Document) -> Row:
        archived = opportunity.get("archived")
        posting = self._text("postings", application.get("posting"))
        return {
            "id": number(opportunity.get("id")),
            "contact": text(opportunity.get("contact")) or number(opportunity.get("id")),
            "name": text(opportunity.get("name")),
            "emails": lines(opportunity.get("emails")),
            "phones": lines(opportunity.get("phones")),
            "posting": text(posting.get("text")) or text(application.get("posting")),
            "createdAt": day_of_ms(application.get("createdAt") or opportunity.get("createdAt")),
            "stage": text(self._text("stages", _furthest(opportunity)).get("text")),
            "archiveReason": self._end(archived),
            "archivedAt": day_of_ms(archived.get("archivedAt"))
            if isinstance(archived, dict)
            else "",
            "origin": _route(opportunity),
            "sources": lines(opportunity.get("sources")).replace("\n", "、"),
        }

    def _end(self, archived: Json) -> str:
        """Return the text of the reason; a hire is told by its type, whatever its text."""
        if not isinstance(archived, dict):
            return ""
        reason = self._text("archive_reasons", archived.get("reason"))
        if reason.get("type") == "hired":
            return "hired"
        return text(reason.get("text")) or "archived"

    def _text(self, what: str, id_: Json) -> Document:
        """Return a posting, stage or reason by its number, blank where there is none."""
        if id_ is None:
            return {}
        if what not in self._texts:
            self._texts[what] = {number(one.get("id")): one for one in self._all(what)}
        return self._texts[what].get(number(id_), {})

    def _all(self, what: str) -> Iterator[Document]:
        query = {"limit": str(MAX_LIMIT)}
        for _ in range(MOST_PAGES):
            content = document(self.api.get(f"/{what}", query).content)
            yield from documents(content.get("data"))
            if content.get("hasNext") is not True:
                return
            query["offset"] = number(content.get("next"))
        raise SourceError("malformed")


def lever(access: Access) -> Lever:
    """Return the connector; its credential is api_key.

    Raises:
        SourceError: the credential is missing.
    """
    pair = f"{access.secret('api_key')}:"
    headers = {"authorization": f"Basic {b64_encode(pair.encode())}"}
    return Lever(JsonApi(access, headers))


def lever_hook(secret: Secret, headers: Mapping[str, str], body: bytes) -> Hook:
    """Return which opportunity a webhook names; nothing else of it is authenticated.

    Raises:
        BadHookError: its signature is not that of webhook_token over token and triggeredAt.
    """
    verify(signature.lever, secret("webhook_token"), headers, body)
    content = parsed(body)
    said = content.get("data")
    named = said.get("opportunityId") if isinstance(said, dict) else None
    # Not the token alone: it could be cut at another place, and the signature be right.
    signed = text(content.get("token")) + text(content.get("triggeredAt"))
    return Hook((signed,), () if named is None else (_uuid(named),))


def _uuid(value: Json) -> str:
    """Return a number that may stand in a path.

    Raises:
        BadHookError: it may not.
    """
    found = text(value)
    if not found.isascii() or not found.replace("-", "").isalnum():
        raise BadHookError
    return found


def _furthest(opportunity: Document) -> Json:
    """Return the stage that was reached at the furthest, else the present one."""
    changes = [
        (index, one.get("toStageId"))
        for one in documents(opportunity.get("stageChanges") or [])
        if isinstance(index := one.get("toStageIndex"), int)
    ]
    return max(changes, key=lambda one: one[0])[1] if changes else opportunity.get("stage")


def _route(opportunity: Document) -> str:
    """Return the route; whoever applied through a named board came by that medium."""
    origin = text(opportunity.get("origin"))
    if origin == "applied":
        return "media" if lines(opportunity.get("sources")) else "own_site"
    return _ROUTES.get(origin, "other")
