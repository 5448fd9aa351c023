"""The JSON that Ashby, Workable and SmartRecruiters answer their API with, kept as a file.

A program of the company's asks for the lists and keeps the answers, page behind page, in
one file. Here they become a table whose columns are the vendor's own names; what the
columns mean says the mapping that ships for each. A field that is no single value is not
read, and neither are leads, who did not apply.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from node.domain.encoding import find_encoding
from node.domain.errors import FileRefusedError
from node.domain.sheet import Format, Record, well_formed

HEADER_LINE: Final = 1
_SIGN: Final = re.compile(r"\S")
_BEGIN: Final = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\]])")
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HEAD_BYTES: Final = 4096
# Of the words that companies choose for a source, parts that tell a route.
_ROUTES: Final = (
    ("agenc", "agency"),
    ("referral", "referral"),
    ("board", "media"),
    ("career", "own_site"),
    ("prospect", "media_scout"),
    ("sourced", "media_scout"),
    ("sourcing", "media_scout"),
    ("event", "event"),
    ("recruiter", "agency"),
)

Row = Mapping[str, str]
_Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The applications of a file, a row each; the first line names the columns."""

    rows: tuple[Row, ...] = field(repr=False)
    encoding: str
    name: None = None
    format: Format = "json"

    @property
    def lines(self) -> int:
        """Return how many rows there are, with that of the names."""
        return len(self.rows) + 1

    def carried(self, _: Sequence[int]) -> Mapping[int, int]:
        """Return nothing: there are no merged cells."""
        return {}

    def records(self) -> Iterator[Record]:
        """Yield the names, then every application."""
        columns = tuple(self.rows[0])
        yield Record(HEADER_LINE, columns)
        for line, row in enumerate(self.rows, start=HEADER_LINE + 1):
            yield Record(line, tuple(row[column] for column in columns))


def is_recorded(content: bytes) -> bool:
    """Return whether *content* may be JSON of things; a table may begin with [ID]."""
    encoding = "utf-16" if content.startswith(_UTF_16) else "utf-8-sig"
    return _BEGIN.match(content[:_HEAD_BYTES].decode(encoding, "ignore")) is not None


def open_recorded(content: bytes) -> Recorded:
    """Return the applications of a file.

    Raises:
        FileRefusedError: other-json, for it is no answer of a vendor that is known;
            no-rows, undecodable, or nul.
    """
    encoding = find_encoding(content)
    try:
        pages = list(_documents(content.decode(encoding)))
    except ValueError:
        # Its words would repeat the text.
        raise FileRefusedError("other-json") from None
    for listed, mark, rows in _VENDORS:
        found = [one for page in pages for one in _items(page, listed)]
        if found and all(mark in one for one in found):
            made = tuple(row for one in found for row in rows(one))
            if not made:
                raise FileRefusedError("no-rows")
            return Recorded(made, encoding)
    raise FileRefusedError("other-json")


def _documents(text: str) -> Iterator[object]:
    """Yield each of the documents that stand one behind the other."""
    decoder, place = json.JSONDecoder(), 0
    while begin := _SIGN.search(text, place):
        found, place = decoder.raw_decode(text, begin.start())
        yield found


def _items(page: object, listed: str) -> list[_Document]:
    """Return the things of a page, whether it names their list, is it, or is one of them."""
    inner = page.get(listed, page) if isinstance(page, dict) else page
    things = inner if isinstance(inner, list) else [inner]
    return [one for one in things if isinstance(one, dict)]


def _ashby(one: _Document) -> Iterator[Row]:
    status = _text(one, "status")
    if status == "Lead":
        return
    is_over = status == "Archived"
    yield {
        "id": _text(one, "id"),
        "candidate.id": _text(one, "candidate", "id"),
        "candidate.name": _text(one, "candidate", "name"),
        "candidate.primaryEmailAddress": _text(one, "candidate", "primaryEmailAddress", "value"),
        "candidate.primaryPhoneNumber": _text(one, "candidate", "primaryPhoneNumber", "value"),
        "job.title": _text(one, "job", "title"),
        "createdAt": _text(one, "createdAt"),
        # The stage of whoever is archived is called so, and says nothing more.
        "currentInterviewStage": "" if is_over else _text(one, "currentInterviewStage", "title"),
        "status": _text(one, "archiveReason", "reasonType") or status if is_over else status,
        "archiveReason.text": _text(one, "archiveReason", "text"),
        "archivedAt": _text(one, "archivedAt") if is_over else "",
        "source.sourceType": _route(_text(one, "source", "sourceType", "title")),
        "source.title": _text(one, "source", "title"),
    }


def _workable(one: _Document) -> Iterator[Row]:
    yield {
        "id": _text(one, "id"),
        "lastname": _text(one, "lastname"),
        "firstname": _text(one, "firstname"),
        "email": _text(one, "email"),
        "phone": _text(one, "phone"),
        "address": _text(one, "address"),
        "job.title": _text(one, "job", "title"),
        "created_at": _text(one, "created_at"),
        "stage": _text(one, "stage"),
        "end": _end_of_workable(one),
        "disqualification_reason": _text(one, "disqualification_reason"),
        "disqualified_at": _text(one, "disqualified_at"),
        "common_source_category": "media_scout"
        if one.get("sourced") is True
        else _route(_text(one, "common_source_category")),
        "common_source": _text(one, "common_source") or _text(one, "domain"),
    }


def _end_of_workable(one: _Document) -> str:
    """Return who ended it; one that does not say whether the person withdrew is not guessed."""
    if _text(one, "hired_at"):
        return "hired"
    if one.get("disqualified") is not True:
        return ""
    withdrew = one.get("withdrew")
    if isinstance(withdrew, bool):
        return "withdrew" if withdrew else "disqualified"
    return "disqualified or withdrew"


def _smartrecruiters(one: _Document) -> Iterator[Row]:
    others = one.get("secondaryAssignments")
    assignments = [one.get("primaryAssignment"), *(others if isinstance(others, list) else [])]
    for assignment in assignments:
        if not isinstance(assignment, dict) or assignment.get("status") == "LEAD":
            continue
        reasons = ("reasonForRejection", "reasonOfRejection", "reasonForWithdrawal")
        said = (_text(assignment, name, "label") for name in reasons)
        yield {
            "assignment": f"{_text(one, 'id')}/{_text(assignment, 'job', 'id')}",
            "candidate": _text(one, "id"),
            "lastName": _text(one, "lastName"),
            "firstName": _text(one, "firstName"),
            "email": _text(one, "email"),
            "phoneNumber": _text(one, "phoneNumber"),
            "job.title": _text(assignment, "job", "title"),
            "startDate": _text(assignment, "startDate") or _text(one, "createdOn"),
            "subStatus": _text(assignment, "subStatus"),
            "status": _text(assignment, "status"),
            "reasonForRejection": next(filter(None, said), ""),
            "endDate": _text(assignment, "endDate"),
            "sourceType": _route(_text(assignment, "source", "type")),
            "source": _text(assignment, "source", "label") or _text(assignment, "source"),
        }


# By vendor: what its lists are called, a member that only its things have, and their rows.
_VENDORS: Final[tuple[tuple[str, str, Callable[[_Document], Iterator[Row]]], ...]] = (
    ("results", "currentInterviewStage", _ashby),
    ("candidates", "disqualified", _workable),
    ("content", "primaryAssignment", _smartrecruiters),
)


def _text(one: _Document, *path: str) -> str:
    """Return the text or number at the end of *path*, blank where there is none."""
    value: object = one
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return well_formed(str(value))


def _route(said: str) -> str:
    """Return the route that a vendor's or a company's word for a source tells, else the word."""
    plain = said.casefold()
    return next((route for part, route in _ROUTES if part in plain), said)
