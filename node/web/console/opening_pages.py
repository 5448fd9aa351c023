"""The pages of the openings: write one, look for people who fit, ask for one of them."""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from node.clock import Clock, seconds
from node.domain.matching import RULE_VERSION
from node.domain.vocabulary import Vocabulary
from node.i18n import message
from node.services.errors import (
    DailyLimitError,
    NoCreditError,
    NoSuchRecordError,
    NothingToDoError,
    RefusedChoiceError,
)
from node.services.openings import Openings
from node.services.own_pool import OwnPool
from node.services.proposals import Proposals
from node.services.search import Search
from node.web.console.opening_cards import asked, card
from node.web.console.opening_form import FormError, read_form, shown_form
from node.web.console.openings import OpeningLine, OpeningPage, OpeningsPage
from node.web.console.past_applicants import past_applicant
from node.web.ui.errors import not_found
from node.web.ui.page import show_page
from node.web.ui.terms import terms_lines
from protocol.errors import ExpiredError
from protocol.identifiers import MemberId, TokenId
from protocol.match_life import State

NO_CREDIT: Final = message("No credit is free for another request.")
ENOUGH_TODAY: Final = message("The requests that the consortium allows for one day are made.")
NOT_NOW: Final = message("This person can no longer be asked for this opening.")
MEMBERSHIP_ENDED: Final = message("The consortium's membership list has expired.")

_FIRST_PAST: Final = 5

Answer = str | tuple[str, HTTPStatus] | Response


@dataclass(frozen=True, slots=True)
class OpeningPages:
    """From an opening to a request for one of the people who fit it."""

    clock: Clock
    openings: Openings
    search: Search
    proposals: Proposals
    pool: OwnPool
    vocabulary: Vocabulary
    answer_within: timedelta

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        pages = Blueprint("openings", __name__, url_prefix="/openings")
        pages.register_error_handler(NoSuchRecordError, not_found)
        pages.get("")(self.show)
        pages.get("/new")(self.new)
        pages.post("/new")(self.add)
        pages.get("/<opening_id>")(self.opening)
        pages.get("/<opening_id>/matches/<origin>/<token_id>")(self.match)
        pages.post("/<opening_id>/matches/<origin>/<token_id>")(self.propose)
        pages.post("/<opening_id>/close")(self.close)
        return pages

    def show(self) -> str:
        """List the openings."""
        waiting = [one.opening_id for one in self.proposals.every() if one.state is State.PROPOSED]
        lines = tuple(
            OpeningLine(
                id=view.id,
                title=view.draft.title,
                created=view.created_at,
                fitting=len(self.search.best(view.id)) if view.is_open else 0,
                waiting=waiting.count(view.id),
                is_open=view.is_open,
            )
            for view in self.openings.every()
        )
        return show_page(OpeningsPage(lines))

    def new(self) -> str:
        """Show the empty form of an opening."""
        return show_page(shown_form(self.vocabulary, self.openings.employer()))

    def add(self) -> Answer:
        """Take the form of an opening."""
        employer = self.openings.employer()
        try:
            (opening_id,) = self.openings.add([read_form(request.form, employer)])
        except FormError as error:
            form = shown_form(self.vocabulary, employer, request.form, error.complaints)
            return show_page(form), HTTPStatus.BAD_REQUEST
        return redirect(f"/openings/{opening_id}", HTTPStatus.SEE_OTHER)

    def opening(self, opening_id: str) -> str:
        """Show an opening and who fits it."""
        return self._page(opening_id)

    def match(self, opening_id: str, origin: str, token_id: str) -> str:
        """Show an opening with one match open beside the list."""
        return self._page(opening_id, (origin, token_id))

    def propose(self, opening_id: str, origin: str, token_id: str) -> Answer:
        """Ask for contact with one match."""
        until = seconds(self.clock.now() + self.answer_within)
        try:
            self.proposals.propose(opening_id, MemberId(origin), TokenId(token_id), not_after=until)
        except (
            NoCreditError,
            DailyLimitError,
            NothingToDoError,
            RefusedChoiceError,
            ExpiredError,
        ) as error:
            page = self._page(opening_id, (origin, token_id), _refusal(error))
            return page, HTTPStatus.CONFLICT
        return redirect("/proposals?made=1", HTTPStatus.SEE_OTHER)

    def close(self, opening_id: str) -> Response:
        """Look for nobody else."""
        self.openings.close(opening_id)
        return redirect(f"/openings/{opening_id}", HTTPStatus.SEE_OTHER)

    def _page(
        self,
        opening_id: str,
        chosen: tuple[str, str] | None = None,
        refusal: str | None = None,
    ) -> str:
        """Return the page of one opening; *chosen* is the origin and token of the open match."""
        view = self.openings.get(opening_id)
        requirement = view.draft.requirement
        rows = self.search.best(opening_id) if view.is_open else []
        cards = tuple(card(row, requirement, self.vocabulary) for row in rows)
        past = self.pool.best(opening_id) if view.is_open else []
        balance = self.proposals.balance()
        return show_page(
            OpeningPage(
                id=view.id,
                title=view.draft.title,
                is_open=view.is_open,
                asked=asked(requirement, self.vocabulary),
                terms=terms_lines(view.draft.terms),
                purpose=view.draft.purpose,
                retention_days=view.draft.retention_days,
                cards=cards,
                chosen=next((one for one in cards if (one.origin, one.token) == chosen), None),
                compared=self.search.compared(),
                rule=RULE_VERSION,
                credits_left=balance.living,
                open_holds=balance.open_holds,
                answer_by=self.clock.now() + self.answer_within,
                past=tuple(past_applicant(one, self.vocabulary) for one in past[:_FIRST_PAST]),
                past_in_all=len(past),
                refusal=refusal,
            )
        )


def _refusal(error: Exception) -> str:
    match error:
        case NoCreditError():
            return NO_CREDIT
        case DailyLimitError():
            return ENOUGH_TODAY
        case ExpiredError():
            return MEMBERSHIP_ENDED
        case _:
            return NOT_NOW
