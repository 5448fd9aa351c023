"""HERP Hire, read over its public API 1.5.

Seen: the head of the vendor's own document (public-api.herp.cloud/hire/public/doc, 1.5.0)
with key, limits and statuses; the help page 86ba917e with what a candidacy holds; four
public programs that call it, which agree on paths, parameters and field names. Not seen:
the schemas of that document. So these are from the programs alone: 100 candidacies a page
by `page` and `hasNextPage`; the steps; the end reasons hired, refusedByCandidate, rejected
and notEligible; of the routes only the types `media` (with isScout, mediaName) and `agent`,
so that any other type stands as the vendor spells it and counts as "other". One program
gives `/hire/public` as the base address, the others and the document `/hire`.

The API filters by the day of application or of the last step; whether an end moves the
step's moment is written nowhere, and there are no webhooks. Therefore every poll lists all
candidacies, the oldest first so that new ones only lengthen the list: 72 calls for 7,181.
The limit is 100 calls a minute for all programs of a tenant together; a poll leaves the
last ten to the others and goes on when the minute is over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from node.connectors.ats.api import (
    MOST_PAGES,
    Answer,
    Document,
    GoneError,
    Json,
    JsonApi,
    day,
    document,
    documents,
    key_for_header,
    number,
    pause_until,
    text,
)
from node.connectors.ats.source import (
    Access,
    Event,
    Happening,
    Page,
    Row,
    SourceError,
)

_FOR_OTHERS: Final = 10  # calls of a minute that a poll does not use


@dataclass(slots=True)
class Herp:
    """The candidacies of one tenant."""

    api: JsonApi = field(repr=False)
    key: str = "id"
    _last: Answer | None = None
    _jobs: dict[str, str] = field(default_factory=dict)

    def pages(self, cursor: str) -> Iterator[Page]:
        """Yield all candidacies, from the page that the cursor names."""
        place = int(cursor) if cursor.isdecimal() else 1
        self._read_jobs()
        while True:
            query = {"page": str(place), "sort": "appliedAt", "direction": "asc"}
            content = document(self._get("/v1/candidacies", query).content)
            rows = tuple(self._row(one) for one in documents(content.get("candidacies")))
            if content.get("hasNextPage") is not True:
                yield Page(rows, "", is_whole=True)
                return
            place += 1
            yield Page(rows, str(place))

    def one(self, application_id: str) -> Page:
        """Return one candidacy."""
        if not self._jobs:
            self._read_jobs()
        try:
            found = self._get(f"/v1/candidacies/{application_id}")
        except GoneError:
            return Page((), "", (Event(Happening.DELETED, application_id),))
        return Page((self._row(document(found.content)),), "")

    def _read_jobs(self) -> None:
        """Learn the names of the jobs, of which a candidacy has the number alone."""
        for place in range(1, MOST_PAGES + 1):
            query = {"page": str(place), "sort": "createdAt", "direction": "asc"}
            content = document(self._get("/v1/requisitions", query).content)
            for one in documents(content.get("requisitions")):
                self._jobs[number(one.get("id"))] = text(one.get("name")) or text(one.get("title"))
            if content.get("hasNextPage") is not True:
                return
        raise SourceError("malformed")

    def _row(self, candidacy: Document) -> Row:
        # A number without a name: the job was made since the list of them was read.
        job = number(candidacy.get("requisitionId"))
        channel = candidacy.get("channel")
        route, medium = _route(channel)
        is_over = candidacy.get("status") == "terminated"
        return {
            "id": number(candidacy.get("id")),
            "name": text(candidacy.get("name")),
            "email": text(candidacy.get("email")),
            "telephoneNumber": text(candidacy.get("telephoneNumber")),
            "company": text(candidacy.get("company")),
            "requisition": self._jobs.get(job, "") or job,
            "appliedAt": day(candidacy.get("appliedAt")),
            "step": text(candidacy.get("step")),
            # One that ended without a reason is for a person to look at.
            "terminationReason": (text(candidacy.get("terminationReason")) or "terminated")
            if is_over
            else "",
            "terminatedAt": day(candidacy.get("terminatedAt")) if is_over else "",
            "route": route,
            "mediaName": medium,
            "career": text(candidacy.get("career")),
        }

    def _get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        if self._last is not None:
            left = self._last.headers.get("x-remaining-request", "")
            if left.isdecimal() and int(left[:9]) <= _FOR_OTHERS:
                until = pause_until(self._last.headers, self.api.clock.now())
                self._last = None
                raise SourceError("limited", until)
        self._last = self.api.get(path, query)
        return self._last


def herp(access: Access) -> Herp:
    """Return the connector of a tenant; its credential is api_key.

    Raises:
        SourceError: the credential is missing.
    """
    headers = {"authorization": f"Bearer {key_for_header(access, 'api_key')}"}
    return Herp(JsonApi(access, headers))


def _route(channel: Json) -> tuple[str, str]:
    """Return the route as the vocabulary spells it, and the medium."""
    if not isinstance(channel, dict):
        return "", ""
    kind = text(channel.get("type"))
    if kind == "media":
        route = "media_scout" if channel.get("isScout") is True else "media"
        return route, text(channel.get("mediaName"))
    if kind.startswith("agen"):
        agent = channel.get("agent")
        return "agency", text(agent.get("company")) if isinstance(agent, dict) else ""
    return kind, ""
