"""Static links: the line to paste into an ATS's own letter, and the addresses that wait."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import ClassVar

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from node.i18n import Bilingual, from_seconds, message, translate
from node.services.errors import NoSuchRecordError, RefusedChoiceError
from node.services.static_links import StaticLinks
from node.web.ui.errors import not_found
from node.web.ui.page import show_page
from node.web.ui.parts import Complaint

NO_NAME = Complaint(message("Write 1 to 80 characters"), "name")


# What stands above the address in the letter of the other system.
LINE = message(
    "If you would like us to introduce you to other companies without your name, see this page. "
    "It does not affect your result."
)


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One static link with the line to paste, in both languages."""

    name: str
    created: datetime
    line: Bilingual


@dataclass(frozen=True, slots=True)
class WaitingAddress:
    """One address that nobody here has, as the person typed it."""

    id: str
    mail: str = field(repr=False)
    statement: str = field(repr=False)
    asked: datetime
    link: str


@dataclass(frozen=True, slots=True)
class StaticLinksPage:
    """What static_links.html shows; *waits* is how many addresses wait, shown or not."""

    TEMPLATE: ClassVar[str] = "static_links.html"

    links: tuple[LinkLine, ...]
    waiting: tuple[WaitingAddress, ...]
    waits: int
    complaints: tuple[Complaint, ...] = ()


def pages(static_links: StaticLinks) -> Blueprint:
    """Return the pages of the static links."""
    blueprint = Blueprint("static_links", __name__, url_prefix="/letters/links")
    blueprint.register_error_handler(NoSuchRecordError, not_found)

    @blueprint.get("")
    def show() -> str:
        return show_page(_page(static_links))

    @blueprint.post("")
    def add() -> Response | tuple[str, HTTPStatus]:
        try:
            static_links.add(request.form.get("name", ""))
        except RefusedChoiceError:
            page = replace(_page(static_links), complaints=(NO_NAME,))
            return show_page(page), HTTPStatus.BAD_REQUEST
        return redirect("/letters/links", HTTPStatus.SEE_OTHER)

    @blueprint.post("/<request_id>/confirm")
    def confirm(request_id: str) -> Response:
        static_links.confirm(request_id)
        return redirect("/letters/links#waiting", HTTPStatus.SEE_OTHER)

    @blueprint.post("/<request_id>/discard")
    def discard(request_id: str) -> Response:
        static_links.discard(request_id)
        return redirect("/letters/links#waiting", HTTPStatus.SEE_OTHER)

    return blueprint


def _page(static_links: StaticLinks) -> StaticLinksPage:
    waiting, waits = static_links.waiting()
    return StaticLinksPage(
        links=tuple(
            LinkLine(one.name, from_seconds(one.created_at), _line(one.url))
            for one in static_links.every()
        ),
        waiting=tuple(
            WaitingAddress(one.id, one.mail, one.statement, from_seconds(one.asked_at), one.link)
            for one in waiting
        ),
        waits=waits,
    )


def _line(url: str) -> Bilingual:
    return Bilingual(
        ja=f"{translate(LINE, 'ja')}\n{url}/ja", en=f"{translate(LINE, 'en')}\n{url}/en"
    )
