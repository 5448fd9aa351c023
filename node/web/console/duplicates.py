"""People who may be one: each pair with the reason, decided for many at once."""

import re
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import ClassVar

from flask import Blueprint, abort, request

from node.i18n import message
from node.services.duplicates import (
    LISTED,
    Candidate,
    Duplicate,
    Duplicates,
    Pair,
    Reason,
    Step,
)
from node.services.errors import MergeRefusedError, NoSuchRecordError, NothingToDoError
from node.web.ui.page import show_page

REASONS = {
    Reason.NUMBER: message("the same number in the applicant system"),
    Reason.MAIL: message("the same mail address"),
    Reason.PHONE: message("the same phone number"),
    Reason.NAME: message("the same name and birth date"),
}

_FIELD = re.compile(r"pair-([0-9a-f]{32})-([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Somebody:
    """One of two people, by the newest application."""

    name: str
    job: str | None
    applied_on: date | None


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """Two people who may be one; *field* is the name of their choice in the form."""

    field: str
    one: Somebody
    other: Somebody
    reasons: tuple[Reason, ...]
    same_birth: bool | None


@dataclass(frozen=True, slots=True)
class LastStep:
    """The last decision, which can be undone."""

    id: str
    merged: int
    kept_apart: int


@dataclass(frozen=True, slots=True)
class DuplicatesPage:
    """What duplicates.html shows; *refused* pairs have two consents.

    *is_full* says that there may be more of them, *is_unchosen* that no pair was decided,
    *stays* that a step cannot be undone.
    """

    TEMPLATE: ClassVar[str] = "duplicates.html"

    pairs: tuple[PossibleDuplicate, ...]
    last: LastStep | None
    is_full: bool = False
    refused: int = 0
    is_unchosen: bool = False
    stays: bool = False


def pages(duplicates: Duplicates) -> Blueprint:
    """Return the pages of people who may be one."""
    blueprint = Blueprint("duplicates", __name__)

    @blueprint.get("/applicants/duplicates")
    def show() -> str:
        return show_page(_page(duplicates))

    @blueprint.post("/applicants/duplicates")
    def decide() -> tuple[str, HTTPStatus]:
        try:
            decided = duplicates.decide(_chosen("same"), _chosen("apart"))
        except NothingToDoError:
            page = replace(_page(duplicates), is_unchosen=True)
            return show_page(page), HTTPStatus.BAD_REQUEST
        except NoSuchRecordError:
            # Another operator was quicker: the page shows what is left to decide.
            return show_page(_page(duplicates)), HTTPStatus.CONFLICT
        return show_page(replace(_page(duplicates), refused=decided.refused)), HTTPStatus.OK

    @blueprint.post("/applicants/duplicates/undo")
    def undo() -> tuple[str, HTTPStatus]:
        try:
            duplicates.undo(request.form.get("step", ""))
        except NothingToDoError:
            abort(HTTPStatus.NOT_FOUND)
        except MergeRefusedError:
            return show_page(replace(_page(duplicates), stays=True)), HTTPStatus.CONFLICT
        return show_page(_page(duplicates)), HTTPStatus.OK

    return blueprint


def _chosen(answer: str) -> list[Pair]:
    return [
        (field[1], field[2])
        for name, value in request.form.items()
        if value == answer and (field := _FIELD.fullmatch(name)) is not None
    ]


def _page(duplicates: Duplicates) -> DuplicatesPage:
    last, pairs = duplicates.last(), duplicates.listed()
    return DuplicatesPage(
        pairs=tuple(_pair(pair) for pair in pairs),
        last=None if last is None else _last(last),
        is_full=len(pairs) == LISTED,
    )


def _last(step: Step) -> LastStep:
    return LastStep(step.id, step.merged, step.kept_apart)


def _pair(pair: Duplicate) -> PossibleDuplicate:
    return PossibleDuplicate(
        field=f"pair-{pair.one.person_id}-{pair.other.person_id}",
        one=_somebody(pair.one),
        other=_somebody(pair.other),
        reasons=pair.reasons,
        same_birth=pair.same_birth,
    )


def _somebody(one: Candidate) -> Somebody:
    return Somebody(one.name, one.job, one.applied_on)
