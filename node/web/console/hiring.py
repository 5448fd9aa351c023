"""The pages from an opening to a person: look for, ask, wait, meet."""

from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from node.clock import Clock, seconds
from node.domain.matching import RULE_VERSION
from node.domain.regions import NAME_OF
from node.domain.vocabulary import Vocabulary
from node.i18n import message
from node.services.errors import (
    DailyLimitError,
    NoCreditError,
    NoSuchRecordError,
    NothingToDoError,
    RefusedChoiceError,
)
from node.services.introductions import Introductions, IntroductionView
from node.services.openings import Openings
from node.services.proposals import Proposals, ProposalView
from node.services.search import Search
from node.web.console.introductions import (
    OUTCOME_ACTS,
    IntroductionLine,
    IntroductionPage,
    IntroductionsPage,
)
from node.web.console.opening_cards import asked, card
from node.web.console.opening_form import FormError, read_form, shown_form
from node.web.console.openings import OpeningLine, OpeningPage, OpeningsPage
from node.web.console.proposals import TABS, ProposalLine, ProposalsPage
from node.web.ui.errors import failure_page
from node.web.ui.language import gettext
from node.web.ui.page import show_page
from node.web.ui.parts import Pair
from node.web.ui.terms import terms_lines
from protocol import introduction_life, match_life
from protocol.errors import ExpiredError
from protocol.identifiers import MemberId, TokenId
from protocol.identity import Identity
from protocol.messages.outcome import Outcome

NO_CREDIT: Final = message("No credit is free for another request.")
ENOUGH_TODAY: Final = message("The requests that the consortium allows for one day are made.")
NOT_NOW: Final = message("This person can no longer be asked for this opening.")
MEMBERSHIP_ENDED: Final = message("The consortium's membership list has expired.")

_IDENTITY: Final = {
    "name": message("Name"),
    "kana": message("Reading"),
    "birth": message("Date of birth"),
    "mails": message("Mail"),
    "phones": message("Phone"),
    "postal": message("Postal code"),
    "prefecture": message("Prefecture"),
    "address": message("Address"),
    "summary": message("Summary of the work"),
}

Answer = str | tuple[str, HTTPStatus] | Response


@dataclass(frozen=True, slots=True)
class Hiring:
    """The services and words that these pages show."""

    clock: Clock
    openings: Openings
    search: Search
    proposals: Proposals
    introductions: Introductions
    vocabulary: Vocabulary
    answer_within: timedelta

    def opening_page(
        self,
        opening_id: str,
        chosen: tuple[str, str] | None = None,
        refusal: str | None = None,
    ) -> str:
        """Return the page of one opening, with one match open beside the list.

        *chosen* is that match's origin and token.
        """
        view = self.openings.get(opening_id)
        requirement = view.draft.requirement
        rows = self.search.best(opening_id) if view.is_open else []
        cards = tuple(card(row, requirement, self.vocabulary) for row in rows)
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
                refusal=refusal,
            )
        )


def pages(hiring: Hiring) -> tuple[Blueprint, ...]:
    """Return the pages of openings, proposals and introductions."""
    return _openings(hiring), _proposals(hiring), _introductions(hiring)


def _openings(hiring: Hiring) -> Blueprint:
    blueprint = Blueprint("openings", __name__, url_prefix="/openings")
    blueprint.register_error_handler(NoSuchRecordError, _not_found)

    @blueprint.get("")
    def show() -> str:
        waiting = [
            one.opening_id
            for one in hiring.proposals.every()
            if one.state is match_life.State.PROPOSED
        ]
        lines = tuple(
            OpeningLine(
                id=view.id,
                title=view.draft.title,
                created=view.created_at,
                fitting=len(hiring.search.best(view.id)) if view.is_open else 0,
                waiting=waiting.count(view.id),
                is_open=view.is_open,
            )
            for view in hiring.openings.every()
        )
        return show_page(OpeningsPage(lines))

    @blueprint.get("/new")
    def new() -> str:
        return show_page(shown_form(hiring.vocabulary, hiring.openings.employer()))

    @blueprint.post("/new")
    def add() -> Answer:
        employer = hiring.openings.employer()
        try:
            (opening_id,) = hiring.openings.add([read_form(request.form, employer)])
        except FormError as error:
            form = shown_form(hiring.vocabulary, employer, request.form, error.complaints)
            return show_page(form), HTTPStatus.BAD_REQUEST
        return _see(f"/openings/{opening_id}")

    @blueprint.get("/<opening_id>")
    def opening(opening_id: str) -> str:
        return hiring.opening_page(opening_id)

    @blueprint.get("/<opening_id>/matches/<origin>/<token_id>")
    def match(opening_id: str, origin: str, token_id: str) -> str:
        return hiring.opening_page(opening_id, (origin, token_id))

    @blueprint.post("/<opening_id>/matches/<origin>/<token_id>")
    def propose(opening_id: str, origin: str, token_id: str) -> Answer:
        until = seconds(hiring.clock.now() + hiring.answer_within)
        try:
            hiring.proposals.propose(
                opening_id, MemberId(origin), TokenId(token_id), not_after=until
            )
        except (
            NoCreditError,
            DailyLimitError,
            NothingToDoError,
            RefusedChoiceError,
            ExpiredError,
        ) as error:
            page = hiring.opening_page(opening_id, (origin, token_id), _refusal(error))
            return page, HTTPStatus.CONFLICT
        return _see("/proposals?made=1")

    @blueprint.post("/<opening_id>/close")
    def close(opening_id: str) -> Response:
        hiring.openings.close(opening_id)
        return _see(f"/openings/{opening_id}")

    return blueprint


def _proposals(hiring: Hiring) -> Blueprint:
    blueprint = Blueprint("proposals", __name__, url_prefix="/proposals")
    blueprint.register_error_handler(NoSuchRecordError, _not_found)

    @blueprint.get("")
    def show() -> str:
        tab = request.args.get("tab", "waiting")
        if tab not in TABS:
            abort(HTTPStatus.NOT_FOUND)
        found = hiring.proposals.every()
        counts = {
            name: sum(one.state in states for one in found) for name, (_, states) in TABS.items()
        }
        lines = tuple(_proposal(one) for one in found if one.state in TABS[tab][1])
        return show_page(ProposalsPage(tab, counts, lines, is_made="made" in request.args))

    @blueprint.post("/<proposal_id>/cancel")
    def cancel(proposal_id: str) -> Response:
        hiring.proposals.cancel(proposal_id)
        return _see("/proposals?tab=ended")

    return blueprint


def _introductions(hiring: Hiring) -> Blueprint:
    blueprint = Blueprint("introductions", __name__, url_prefix="/introductions")
    blueprint.register_error_handler(NoSuchRecordError, _not_found)

    @blueprint.get("")
    def show() -> str:
        views = hiring.introductions.every()
        return show_page(IntroductionsPage(tuple(_line(view) for view in views)))

    @blueprint.get("/<introduction_id>")
    def introduction(introduction_id: str) -> str:
        opened = hiring.introductions.get(introduction_id)
        following = introduction_life.TRANSITIONS[opened.view.state].values()
        page = IntroductionPage(
            line=_line(opened.view),
            identity=() if opened.identity is None else _person(opened.identity),
            is_reported=opened.view.may_report,
            marked=opened.view.marked_at,
            marks=tuple(state for state in OUTCOME_ACTS if state in following),
        )
        return show_page(page)

    @blueprint.post("/<introduction_id>")
    def mark(introduction_id: str) -> Response:
        try:
            outcome = Outcome(request.form.get("outcome", ""))
        except ValueError:
            abort(HTTPStatus.BAD_REQUEST)
        try:
            hiring.introductions.mark(introduction_id, outcome)
        except NothingToDoError:
            abort(HTTPStatus.CONFLICT)
        return _see(f"/introductions/{introduction_id}")

    return blueprint


def _proposal(view: ProposalView) -> ProposalLine:
    return ProposalLine(
        id=view.id,
        opening_id=view.opening_id,
        title=view.title,
        company=view.company,
        state=view.state,
        made=view.created_at,
        until=view.not_after,
        can_cancel=match_life.Event.CANCEL in match_life.TRANSITIONS[view.state],
    )


def _line(view: IntroductionView) -> IntroductionLine:
    return IntroductionLine(
        id=view.id,
        title=view.title,
        company=view.company,
        received=view.received_at,
        contact_by=view.contact_by,
        keep_until=view.keep_until,
        state=view.state,
    )


def _person(identity: Identity) -> tuple[Pair, ...]:
    """Return what the person sent, in the order in which it is read."""
    found = identity.to_json()
    return tuple(
        Pair(label, _value(name, found[name])) for name, label in _IDENTITY.items() if name in found
    )


def _value(name: str, value: str | list[str]) -> str | date:
    if isinstance(value, list):
        return gettext(", ").join(value)
    if name == "birth":
        return date.fromisoformat(value)
    return NAME_OF[value] if name == "prefecture" else value


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


def _not_found(_error: Exception) -> tuple[str, HTTPStatus]:
    return failure_page(HTTPStatus.NOT_FOUND)


def _see(path: str) -> Response:
    return redirect(path, HTTPStatus.SEE_OTHER)
