"""A kintone app that holds applications, one record each.

Seen: cybozu.dev on the limits (at most 500 records a call, offset up to 10,000, so pages go
by `$id >` in the order of `$id`; 100 calls at once a domain; 10,000 a day an app in the
standard course, after which calls still work and the administrator gets a mail); public
programs for the shape of a record, field code → {type, value}. Not seen: what a webhook
carries of itself; the vendor's page names no signature, so it is taken for none and only
wakes the poll, which reads everything by the API token.

Which field means what is the company's own: a mapping of field codes, as for a file. The
`$id` numbers the applications. Fields with files, tables and accounts are never read.
A poll asks for what was changed since the last one began, less two minutes, since the
moment of a change is kept to the minute; where an app shows no such field, and once a day
(node.services.sources), all records are listed. With a poll every 15 minutes that is
about 100 calls a day, and one more for each 500 records.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from node.connectors.ats.api import (
    Document,
    GoneError,
    Json,
    JsonApi,
    day,
    document,
    documents,
    key_for_header,
    text,
)
from node.connectors.ats.signature import parsed
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

MAX_RECORDS: Final = 500
_MOST_DIGITS: Final = 18  # of the number of a record
_OVERLAP: Final = timedelta(minutes=2)
_UNREAD: Final = frozenset(
    {
        "FILE",
        "SUBTABLE",
        "REFERENCE_TABLE",
        "CREATOR",
        "MODIFIER",
        "USER_SELECT",
        "GROUP_SELECT",
        "ORGANIZATION_SELECT",
        "STATUS_ASSIGNEE",
        "__REVISION__",
    }
)


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a listing is: behind which record, of what was changed since when."""

    behind: int = 0
    since: str = ""  # ISO 8601, blank for all
    changed: str = ""  # the code of the field that holds the moment of a change
    began: str = ""


@dataclass(frozen=True, slots=True)
class Kintone:
    """The records of one app."""

    api: JsonApi = field(repr=False)
    app: str
    key: str = "$id"

    def pages(self, cursor: str) -> Iterator[Page]:
        """Yield the records that were changed since the cursor, by their number."""
        place = _place(cursor)
        began = place.began or _text(self.api.clock.now())
        while True:
            records = self._records(place)
            changed = place.changed or (_changed_field(records[0]) if records else "")
            rows = tuple(_row(record) for record in records)
            if len(records) < MAX_RECORDS:
                yield Page(rows, _next(began, changed), is_whole=not place.since)
                return
            place = _Place(int(rows[-1]["$id"]), place.since, changed, began)
            yield Page(rows, json.dumps(asdict(place)))

    def one(self, application_id: str) -> Page:
        """Return one record."""
        try:
            found = self.api.get("/k/v1/record.json", {"app": self.app, "id": application_id})
        except GoneError:
            return Page((), "", (Event(Happening.DELETED, application_id),))
        return Page((_row(document(document(found.content).get("record"))),), "")

    def _records(self, place: _Place) -> list[Document]:
        changed = f'{place.changed} >= "{place.since}" and ' if place.since else ""
        query = f"{changed}$id > {place.behind} order by $id asc limit {MAX_RECORDS}"
        answer = self.api.get("/k/v1/records.json", {"app": self.app, "query": query})
        return documents(document(answer.content).get("records"))


def kintone(access: Access) -> Kintone:
    """Return the connector of the app *access.place*; its credential is api_token.

    Raises:
        SourceError: the credential is missing.
    """
    headers = {"x-cybozu-api-token": key_for_header(access, "api_token")}
    return Kintone(JsonApi(access, headers), access.place)


def kintone_hook(_secret: Secret, _headers: Mapping[str, str], body: bytes) -> Hook:
    """Return what wakes the poll and says nothing else, for anybody could send it.

    Raises:
        BadHookError: it is no notification of kintone.
    """
    if not isinstance(parsed(body).get("type"), str):
        raise BadHookError
    return Hook(())


def _place(cursor: str) -> _Place:
    if not cursor:
        return _Place()
    known = json.loads(cursor)
    return _Place(int(known["behind"]), known["since"], known["changed"], known["began"])


def _next(began: str, changed: str) -> str:
    """Return where the next poll begins: at what was changed since this one began."""
    if not changed:
        return ""
    since = _text(datetime.fromisoformat(began) - _OVERLAP)
    return json.dumps(asdict(_Place(since=since, changed=changed)))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00Z")


def _changed_field(record: Document) -> str:
    codes = (code for code, cell in record.items() if _type(cell) == "UPDATED_TIME")
    return next(codes, "")


def _row(record: Document) -> Row:
    found = {code: _cell(cell) for code, cell in record.items() if _type(cell) not in _UNREAD}
    number = found.get("$id", "")
    if not number.isdecimal() or len(number) > _MOST_DIGITS:
        raise SourceError("malformed")
    return found


def _type(cell: Json) -> str:
    kind = cell.get("type") if isinstance(cell, dict) else None
    if not isinstance(kind, str):
        raise SourceError("malformed")
    return kind


def _cell(cell: Json) -> str:
    value = document(cell).get("value")
    if isinstance(value, list):
        return "、".join(text(one) for one in value if isinstance(one, str))
    if _type(cell) in {"DATETIME", "CREATED_TIME", "UPDATED_TIME"}:
        return day(value)
    return text(value)
