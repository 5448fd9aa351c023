"""The people who applied here; never with age or sex, nor sorted or found by them."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import ClassVar

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from node.domain.recipients import Future
from node.domain.tagging import UNKNOWN, TagFamily
from node.domain.vocabulary import Vocabulary
from node.i18n import Bilingual, message
from node.services.applicants import PAGE, Applicants, Facet, Person
from node.services.errors import NoSuchRecordError, RefusedChoiceError
from node.services.futures import Futures
from node.web.console.authorisation import current_operator
from node.web.ui.page import show_page
from node.web.ui.parts import Said

FAMILY_NAMES = {
    "skill": message("Skills"),
    "evaluation": message("Evaluation"),
    "region": message("Region"),
    "route": message("Route"),
}
ENDED_BY_NAMES = {
    "org": message("rejected by us"),
    "candidate": message("withdrew"),
    "neither": message("ended by neither"),
    "unknown": message("not known who ended it"),
}
FUTURES = {
    Future.WELCOME: message("welcome to apply again"),
    Future.NEITHER: message("neither"),
    Future.RECOMMEND: message("can be recommended to others"),
}

_UNKNOWN = Bilingual("不明", "unknown")
_EVALUATIONS = {
    "high": Bilingual("高い", "high"),
    "middle": Bilingual("中くらい", "middle"),
    "low": Bilingual("低い", "low"),
}
_MAX_PAGE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag by which people can be found, and how many bear it."""

    family: str
    value: str
    text: Said
    people: int


@dataclass(frozen=True, slots=True)
class Applicant:
    """One line of the list; *ended_by* is a key of ENDED_BY_NAMES."""

    name: str
    job: str
    applied_on: date
    furthest: Said
    ended_by: str | None
    is_hired: bool
    unnoticed: date | None = None
    application: str = ""
    future: Future | None = None


@dataclass(frozen=True, slots=True)
class ApplicantsPage:
    """What applicants.html shows: one page of *people*, from 1 of *pages*."""

    TEMPLATE: ClassVar[str] = "applicants.html"

    people: tuple[Applicant, ...]
    total: int
    number: int
    pages: int
    tags: tuple[Tag, ...]
    chosen: Tag | None = None
    choices: tuple[Future, ...] = (Future.WELCOME, Future.NEITHER)


@dataclass(frozen=True, slots=True)
class RejectedPage:
    """What rejected.html shows: rejections of which nobody said what comes next."""

    TEMPLATE: ClassVar[str] = "rejected.html"

    people: tuple[Applicant, ...]
    total: int
    number: int
    pages: int
    choices: tuple[Future, ...] = (Future.WELCOME, Future.NEITHER)


def pages(applicants: Applicants, futures: Futures, vocabulary: Vocabulary) -> Blueprint:
    """Return the pages of the applicants, and the one click on a rejection."""
    blueprint = Blueprint("applicants", __name__)

    @blueprint.get("/applicants")
    def show() -> str:
        tags = tuple(_tag(facet, vocabulary) for facet in applicants.facets())
        wanted = request.args.get("tag", "")
        chosen = next((tag for tag in tags if f"{tag.family}:{tag.value}" == wanted), None)
        number = _number(request.args.get("page", ""))
        people, total = applicants.listed(
            tag=None if chosen is None else (chosen.family, chosen.value), page=number
        )
        return show_page(
            ApplicantsPage(
                people=tuple(_applicant(person, vocabulary) for person in people),
                total=total,
                number=number,
                pages=_pages(total),
                tags=tags,
                chosen=chosen,
                choices=futures.choices,
            )
        )

    @blueprint.get("/applicants/rejected")
    def rejected() -> str:
        number = _number(request.args.get("page", ""))
        return show_page(_rejected(applicants, futures, vocabulary, number))

    @blueprint.post("/applicants/<application>/future")
    def choose(application: str) -> Response:
        said = request.form.get("future", "")
        if said not in set(Future):
            abort(HTTPStatus.BAD_REQUEST)
        try:
            futures.choose(application, Future(said), current_operator().id)
        except NoSuchRecordError:
            abort(HTTPStatus.NOT_FOUND)
        except RefusedChoiceError:
            abort(HTTPStatus.FORBIDDEN)
        page, tag = request.form.get("page"), request.form.get("tag")
        place = "rejected" if request.form.get("back") == "rejected" else "show"
        back = url_for(f"applicants.{place}", page=page, tag=tag)
        return redirect(back, HTTPStatus.SEE_OTHER)

    return blueprint


def _rejected(
    applicants: Applicants, futures: Futures, vocabulary: Vocabulary, number: int
) -> RejectedPage:
    people, total = applicants.unsaid(page=number)
    if total and not people:
        # Whoever was clicked is gone from the list: the last page may be, too.
        number = _pages(total)
        people, total = applicants.unsaid(page=number)
    return RejectedPage(
        people=tuple(_applicant(person, vocabulary) for person in people),
        total=total,
        number=number,
        pages=_pages(total),
        choices=futures.choices,
    )


def _number(text: str) -> int:
    """Return the page that the address names, the first where it names none."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MAX_PAGE_DIGITS
    return max(int(text), 1) if is_number else 1


def _pages(total: int) -> int:
    return max(-(-total // PAGE), 1)


def _tag(facet: Facet, vocabulary: Vocabulary) -> Tag:
    return Tag(
        str(facet.family),
        facet.value,
        _text(facet.family, facet.value, vocabulary),
        facet.people,
    )


def _text(family: TagFamily, value: str, vocabulary: Vocabulary) -> Said:
    if value == UNKNOWN:
        return _UNKNOWN
    if family is TagFamily.EVALUATION:
        return _EVALUATIONS[value]
    return vocabulary.word(str(family), value)


def _applicant(person: Person, vocabulary: Vocabulary) -> Applicant:
    return Applicant(
        name=person.name,
        job=person.job,
        applied_on=person.applied_on,
        furthest=vocabulary.word("stage", person.furthest),
        ended_by=person.ended_by,
        is_hired=person.is_hired,
        unnoticed=person.unnoticed,
        application=person.application_id,
        future=person.future,
    )
