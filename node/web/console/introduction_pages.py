"""The pages of the people who accepted to be contacted."""

from datetime import date
from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from node.domain.regions import NAME_OF
from node.i18n import message
from node.services.errors import NoSuchRecordError, NothingToDoError
from node.services.introductions import Introductions, IntroductionView
from node.web.console.introductions import (
    OUTCOME_ACTS,
    IntroductionLine,
    IntroductionPage,
    IntroductionsPage,
)
from node.web.ui.errors import not_found
from node.web.ui.language import gettext
from node.web.ui.page import show_page
from node.web.ui.parts import Pair
from protocol.identity import Identity
from protocol.introduction_life import TRANSITIONS
from protocol.messages.outcome import Outcome

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


def pages(introductions: Introductions) -> Blueprint:
    """Return the pages of the introductions."""
    blueprint = Blueprint("introductions", __name__, url_prefix="/introductions")
    blueprint.register_error_handler(NoSuchRecordError, not_found)

    @blueprint.get("")
    def show() -> str:
        return show_page(IntroductionsPage(tuple(_line(view) for view in introductions.every())))

    @blueprint.get("/<introduction_id>")
    def introduction(introduction_id: str) -> str:
        opened = introductions.get(introduction_id)
        following = TRANSITIONS[opened.view.state].values()
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
            introductions.mark(introduction_id, outcome)
        except NothingToDoError:
            abort(HTTPStatus.CONFLICT)
        return redirect(f"/introductions/{introduction_id}", HTTPStatus.SEE_OTHER)

    return blueprint


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
