"""The list 「確認が必要」: who ended a selection, where no file could tell."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import ClassVar, Final

from flask import Blueprint, abort, request

from node.domain.applicant import Outcome
from node.domain.record import NOBODY
from node.i18n import message
from node.services.import_run import ImportRun
from node.services.reviews import MOST, Reviews, UnclearWord
from node.web.ui.page import show_page
from protocol.taxonomy import EndedBy

ANSWERS: Final[dict[EndedBy | Outcome, str]] = {
    EndedBy.ORG: message("The company"),
    EndedBy.CANDIDATE: message("The candidate"),
    EndedBy.NEITHER: message("Neither"),
    Outcome.RUNNING: message("Still in the selection"),
}


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    """What reviews.html shows; *answered* counts what was just said, *is_rejected* of us."""

    TEMPLATE: ClassVar[str] = "reviews.html"

    words: tuple[UnclearWord, ...]
    count: int
    answered: int | None = None
    is_unticked: bool = False
    is_rejected: bool = False
    answers: ClassVar[dict[EndedBy | Outcome, str]] = ANSWERS


def pages(reviews: Reviews, run: ImportRun) -> Blueprint:
    """Return the pages of the list."""
    blueprint = Blueprint("reviews", __name__, url_prefix="/reviews")

    def page() -> ReviewsPage:
        return ReviewsPage(tuple(reviews.listed()), reviews.count())

    @blueprint.get("")
    def show() -> str:
        return show_page(page())

    @blueprint.post("")
    def answer() -> tuple[str, HTTPStatus]:
        ticked = request.form.getlist("application")
        who = next((who for who in ANSWERS if who == request.form.get("who")), None)
        if who is None or len(ticked) > MOST:
            abort(HTTPStatus.BAD_REQUEST)
        if not ticked:
            return show_page(replace(page(), is_unticked=True)), HTTPStatus.BAD_REQUEST
        say = reviews.answer_always if "always" in request.form else reviews.answer
        answered = say(ticked, who if isinstance(who, EndedBy) else NOBODY)
        run.queue_letters()
        done = replace(page(), answered=answered, is_rejected=who is EndedBy.ORG)
        return show_page(done), HTTPStatus.OK

    return blueprint
