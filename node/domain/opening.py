"""One opening as a recruiter writes it: requirement, working conditions, purpose, retention."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from crypto.canonical_json import Json
from crypto.errors import BadEncodingError
from node.domain.errors import OpeningError
from node.domain.requirement import Requirement
from protocol.errors import MalformedError
from protocol.messages.match import MAX_RETENTION_DAYS
from protocol.terms import Terms

MAX_TITLE: Final = 200
MAX_PURPOSE: Final = 400
_FIELDS: Final = frozenset({"title", "requirement", "terms", "purpose", "retention_days"})


@dataclass(frozen=True, slots=True)
class OpeningDraft:
    """What is asked, what is offered, and for how many days a person's values are kept.

    Raises:
        OpeningError: a title or purpose that is empty or too long, or a retention
            outside 1 to 3650 days.
    """

    title: str
    requirement: Requirement
    terms: Terms
    purpose: str  # shown to the person as it is
    retention_days: int

    def __post_init__(self) -> None:
        if not 1 <= len(self.title.strip()) <= len(self.title) <= MAX_TITLE:
            raise OpeningError(f"title: 1 to {MAX_TITLE} characters")
        if not 1 <= len(self.purpose.strip()) <= len(self.purpose) <= MAX_PURPOSE:
            raise OpeningError(f"purpose: 1 to {MAX_PURPOSE} characters")
        if not 1 <= self.retention_days <= MAX_RETENTION_DAYS:
            raise OpeningError(f"retention_days: 1 to {MAX_RETENTION_DAYS}")

    @classmethod
    def from_json(cls, document: Json) -> Self:
        """Return the opening of an operator's document.

        Raises:
            OpeningError: a field is missing, unknown or wrong.
        """
        if not isinstance(document, dict):
            raise OpeningError("an opening is an object")
        if unknown := sorted(document.keys() - _FIELDS):
            raise OpeningError(f"{unknown[0]}: no such field of an opening")
        if missing := sorted(_FIELDS - {"requirement"} - document.keys()):
            raise OpeningError(f"{missing[0]}: missing")
        days = document["retention_days"]
        if not isinstance(days, int) or isinstance(days, bool):
            raise OpeningError("retention_days: a whole number of days")
        try:
            terms = Terms.from_json(document["terms"])
        except (BadEncodingError, MalformedError) as error:
            raise OpeningError(f"terms: {error}") from None
        return cls(
            title=_text(document, "title"),
            requirement=Requirement.from_json(document.get("requirement", {})),
            terms=terms,
            purpose=_text(document, "purpose"),
            retention_days=days,
        )


def from_json_text(text: str) -> tuple[OpeningDraft, ...]:
    """Return the openings of a JSON *text*: one object, or a list of them.

    Raises:
        OpeningError: no JSON, or an opening in it is wrong.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise OpeningError("not JSON") from error
    return _all(document if isinstance(document, list) else [document])


def from_toml_text(text: str) -> tuple[OpeningDraft, ...]:
    """Return the openings of a TOML *text*: one table `[[openings]]` each.

    Raises:
        OpeningError: no TOML, or an opening in it is wrong.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OpeningError("not TOML") from error
    # TOML has days and times of its own; the terms hold them as text.
    document = json.loads(json.dumps(document, default=str))
    openings = document.get("openings")
    if document.keys() != {"openings"} or not isinstance(openings, list):
        raise OpeningError("openings: write one table [[openings]] each")
    return _all(openings)


def _all(documents: list[Json]) -> tuple[OpeningDraft, ...]:
    drafts: list[OpeningDraft] = []
    for number, document in enumerate(documents, start=1):
        try:
            drafts.append(OpeningDraft.from_json(document))
        except OpeningError as error:
            raise OpeningError(f"opening {number}: {error}") from None
    return tuple(drafts)


def _text(document: Mapping[str, Json], name: str) -> str:
    value = document[name]
    if not isinstance(value, str):
        raise OpeningError(f"{name}: a text")
    return value
