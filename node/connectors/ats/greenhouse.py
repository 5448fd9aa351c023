"""Greenhouse, read over Harvest v3 (v1 and v2 were switched off on 31 August 2026).

Seen: the vendor's webhook documentation (grnhse/greenhouse-api-docs: signature, event id,
payloads of merge, anonymise and others); the changelog of one integrator on v3 (OAuth2
client credentials, cursor paging, `last_activity_at`); and public programs that call v3.
Not seen: the v3 reference itself (harvestdocs.greenhouse.io). So these are from the programs:

- the token: POST grant_type=client_credentials with Basic id:secret, answered by
  access_token. One document gives the path /oauth/token, the programs /token; therefore
  the address is a setting.
- paging: `Link: <…cursor=…>; rel="next"`; a request with a cursor has no other parameter.
- the filter: the changelog writes `last_activity_at[gte]`, two programs with tests write
  `last_activity_at=gte|<moment>`. The latter is sent. Were it passed over, the answer would
  hold too much, never too little.
- at most 50 `ids` in a filter, the least of the numbers found.
- applications have candidate_id, job_id, status (in_process, rejected, hired, converted),
  stage_name, rejected_at, rejection_reason_id, source_id, agency_note_id, referrer_id;
  candidates first_name, last_name, email_addresses, phone_numbers, company, can_email,
  private; rejection_reasons name, with the defaults only by include_defaults.
- who rejected whom: v1 has type.name ("We rejected them", "They rejected us", "None
  specified"); one document on v3 speaks of a category. Both are read; without either the
  end is unknown and a person decides.

Private candidates, prospects and applications to confidential jobs are not read. The limit
is 50 calls in 10 seconds; after a 429 the poll goes on from its cursor when Retry-After is
over.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

from crypto.encoding import b64_encode
from node.connectors.ats import signature
from node.connectors.ats.api import (
    MOST_PAGES,
    Document,
    Json,
    JsonApi,
    ask,
    day,
    document,
    documents,
    lines,
    number,
    text,
)
from node.connectors.ats.signature import digest, parsed, verify
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
from protocol.http_signature import Request

PER_PAGE: Final = 50  # so that the people of a page are one call
_ALL: Final = 500
_OVERLAP: Final = timedelta(minutes=10)
_NEXT: Final = re.compile(r"<([^<>]+)>\s*;\s*rel=\"next\"")
_ROUTES: Final = {
    "agencies": "agency",
    "referrals": "referral",
    "third-party boards": "media",
    "social media": "media",
    "candidate search": "media_scout",
    "prospecting": "media_scout",
    "company marketing": "own_site",
    "attend events": "event",
}
_IDENTIFYING: Final = frozenset({"full_name", "email_addresses"})


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a listing is: its next page, of what was active since when."""

    page: str = ""
    since: str = ""  # ISO 8601, blank for all
    began: str = ""


@dataclass(slots=True)
class Greenhouse:
    """The applications of one organisation."""

    api: JsonApi = field(repr=False)
    key: str = "id"
    _names: dict[str, dict[str, Document]] = field(default_factory=dict)

    def pages(self, cursor: str) -> Iterator[Page]:
        """Yield the applications with an activity since the cursor."""
        place = _Place(**json.loads(cursor)) if cursor else _Place()
        began = place.began or _text(self.api.clock.now())
        while True:
            query = {"cursor": place.page} if place.page else _filter(place.since)
            answer = self.api.get("/v3/applications", query)
            rows = self._rows(documents(answer.content))
            page = _next_page(answer.headers)
            if not page:
                since = _text(datetime.fromisoformat(began) - _OVERLAP)
                rest = json.dumps(asdict(_Place(since=since)))
                yield Page(rows, rest, is_whole=not place.since)
                return
            place = _Place(page, place.since, began)
            yield Page(rows, json.dumps(asdict(place)))

    def one(self, application_id: str) -> Page:
        """Return one application."""
        found = documents(self.api.get("/v3/applications", {"ids": application_id}).content)
        if not found:
            return Page((), "", (Event(Happening.DELETED, application_id),))
        return Page(self._rows(found), "")

    def _rows(self, applications: list[Document]) -> tuple[Row, ...]:
        on_jobs = [one for one in applications if one.get("prospect") is not True]
        people = self._people({number(one.get("candidate_id")) for one in on_jobs})
        return tuple(
            self._row(one, person)
            for one in on_jobs
            if (person := people.get(number(one.get("candidate_id")))) is not None
            and person.get("private") is not True
            and self._named("jobs", one.get("job_id")).get("confidential") is not True
        )

    def _people(self, ids: set[str]) -> dict[str, Document]:
        if not ids:
            return {}
        query = {"ids": ",".join(sorted(ids)), "per_page": str(PER_PAGE)}
        found = documents(self.api.get("/v3/candidates", query).content)
        return {number(one.get("id")): one for one in found}

    def _row(self, application: Document, person: Document) -> Row:
        reason = self._named("rejection_reasons", application.get("rejection_reason_id"))
        source = self._named("sources", application.get("source_id"))
        job = self._named("jobs", application.get("job_id"))
        return {
            "id": number(application.get("id")),
            "candidate_id": number(application.get("candidate_id")),
            "last_name": text(person.get("last_name")),
            "first_name": text(person.get("first_name")),
            "email_addresses": lines(person.get("email_addresses")),
            "phone_numbers": lines(person.get("phone_numbers")),
            "company": text(person.get("company")),
            "can_email": text(person.get("can_email")),
            "job": text(job.get("name")) or text(application.get("job_id")),
            "applied_at": day(application.get("created_at")),
            "stage_name": text(application.get("stage_name")),
            "end": _end(application, reason),
            "rejection_reason": text(reason.get("name")),
            "rejected_at": day(application.get("rejected_at")),
            "route": _route(application, source),
            "source": text(source.get("name")),
        }

    def _named(self, what: str, id_: Json) -> Document:
        """Return a job, source or reason by its number, blank where there is none."""
        if id_ is None:
            return {}
        if what not in self._names:
            self._names[what] = {number(one.get("id")): one for one in self._all(what)}
        return self._names[what].get(number(id_), {})

    def _all(self, what: str) -> Iterator[Document]:
        query = {"per_page": str(_ALL)}
        if what == "rejection_reasons":
            query["include_defaults"] = "true"
        for _ in range(MOST_PAGES):
            answer = self.api.get(f"/v3/{what}", query)
            yield from documents(answer.content)
            page = _next_page(answer.headers)
            if not page:
                return
            query = {"cursor": page}
        raise SourceError("malformed")


def greenhouse(access: Access) -> Greenhouse:
    """Return the connector; *access.place* hands out tokens for client_id and client_secret.

    Raises:
        SourceError: a credential is missing, or there is no token for it.
    """
    pair = f"{access.secret('client_id')}:{access.secret('client_secret')}"
    request = Request(
        "POST",
        access.place,
        {
            "authorization": f"Basic {b64_encode(pair.encode())}",
            "content-type": "application/x-www-form-urlencoded",
        },
        b"grant_type=client_credentials",
    )
    answer = document(ask(access, request).content)
    token = answer.get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise SourceError("malformed")
    headers = {"authorization": f"Bearer {token}"}
    return Greenhouse(JsonApi(access, headers))


def greenhouse_hook(secret: Secret, headers: Mapping[str, str], body: bytes) -> Hook:
    """Return what a webhook says, if `Signature: sha256 <hex>` is over the body as it came.

    Raises:
        BadHookError: the signature is not the one of webhook_secret, or it has no number.
    """
    verify(signature.greenhouse, secret("webhook_secret"), headers, body)
    event_id = headers.get("greenhouse-event-id", "")
    content = parsed(body)
    payload = content.get("payload")
    said = payload if isinstance(payload, dict) else {}
    if not event_id:
        raise BadHookError
    try:
        # The number is not signed, so that the body must not come twice either.
        return _hook((event_id, digest(body)), text(content.get("action")), said)
    except SourceError:
        raise BadHookError from None


def _hook(known: tuple[str, ...], action: str, payload: Document) -> Hook:
    application = payload.get("application")
    ids = (number(application.get("id")),) if isinstance(application, dict) else ()
    person = payload.get("person")
    match action:
        case "delete_application" if ids:
            return Hook(known, events=(Event(Happening.DELETED, ids[0]),))
        case "unreject_candidate" if ids:
            return Hook(known, ids, (Event(Happening.UNREJECTED, ids[0]),))
        case "delete_candidate" if isinstance(person, dict):
            gone = Event(Happening.DELETED, candidate_id=number(person.get("id")))
            return Hook(known, events=(gone,))
        case "merge_candidate" if isinstance(person, dict):
            old, new = number(person.get("id")), number(person.get("new_candidate_id"))
            merged = Event(Happening.MERGED, candidate_id=old, into=new)
            return Hook(known, events=(merged,))
        case "candidate_anonymized":
            fields = payload.get("anonymized_fields")
            if isinstance(fields, list) and not _IDENTIFYING.isdisjoint(map(text, fields)):
                who = number(payload.get("candidate_id"))
                return Hook(known, events=(Event(Happening.ANONYMISED, candidate_id=who),))
        case _:
            pass
    return Hook(known, ids)


def _filter(since: str) -> dict[str, str]:
    query = {"per_page": str(PER_PAGE)}
    return query | {"last_activity_at": f"gte|{since}"} if since else query


def _next_page(headers: Mapping[str, str]) -> str:
    """Return the cursor of the next page of a Link header (RFC 8288), blank at the end.

    Raises:
        SourceError: malformed; the header has no address.
    """
    found = _NEXT.search(headers.get("link", ""))
    try:
        return "" if found is None else parse_qs(urlsplit(found[1]).query).get("cursor", [""])[0]
    except ValueError:
        raise SourceError("malformed") from None


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _end(application: Document, reason: Document) -> str:
    status = text(application.get("status"))
    if status != "rejected":
        return "" if status == "in_process" else status
    kind = reason.get("type", reason.get("category"))
    return (text(kind.get("name")) if isinstance(kind, dict) else text(kind)) or status


def _route(application: Document, source: Document) -> str:
    if application.get("agency_note_id") is not None:
        return "agency"
    if application.get("referrer_id") is not None:
        return "referral"
    kind = source.get("type")
    name = text(kind.get("name")) if isinstance(kind, dict) else text(kind)
    return _ROUTES.get(name.casefold(), "other")
