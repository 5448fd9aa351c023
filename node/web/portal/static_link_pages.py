"""The page of a static link: it asks for the address, and its answer tells nobody anything.

There is no secret in the address of this page, so its form carries a token against forms
of other sites, and nothing that it does depends on who is on file (THREATS T29).
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Blueprint, request, session

from crypto.encoding import b64url_encode
from crypto.hashing import equal
from crypto.randomness import random_bytes
from node.domain.errors import UnreadableError
from node.services.errors import NoSuchRecordError
from node.services.static_links import StaticLinks
from node.web.portal.static_link import BAD_MAIL, PRESS_AGAIN, StaticLinkAsked, StaticLinkPage
from node.web.ui.errors import not_found
from node.web.ui.language import current_language
from node.web.ui.page import show_page
from node.web.ui.parts import Complaint

_OWN: Final = "form"
_MAX_MAIL: Final = 254
_MAX_JOB: Final = 80
_MAX_MONTH: Final = 16
Answer = str | tuple[str, HTTPStatus]


@dataclass(frozen=True, slots=True)
class StaticLinkPages:
    """What stands behind the line in a letter of an ATS."""

    static_links: StaticLinks

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        pages = Blueprint("static_link", __name__)
        pages.register_error_handler(NoSuchRecordError, not_found)
        pages.add_url_rule("/r/<code>", view_func=self.open, endpoint="open")
        pages.add_url_rule("/r/<code>/<any(ja, en):lang>", view_func=self.open, endpoint="in")
        pages.add_url_rule("/r/<code>", view_func=self.ask, endpoint="ask", methods=["POST"])
        return pages

    def open(self, code: str, lang: str = "") -> Answer:
        """Show the form; nothing is written."""
        del lang  # the frame reads it from the address
        if not self.static_links.is_known(code):
            raise NoSuchRecordError("no such static link")
        return show_page(StaticLinkPage(code, _token()))

    def ask(self, code: str) -> Answer:
        """Keep what was typed."""
        if not self.static_links.is_known(code):
            raise NoSuchRecordError("no such static link")
        if not _is_own(request.form.get("token", "")):
            return self._again(code, PRESS_AGAIN)
        said = (
            request.form.get("month", "").strip()[:_MAX_MONTH],
            request.form.get("statement", "").strip()[:_MAX_JOB],
        )
        statement = " ".join(part for part in said if part)
        mail = request.form.get("mail", "").strip()[:_MAX_MAIL]
        try:
            self.static_links.ask(code, mail, statement, current_language())
        except UnreadableError:
            return self._again(code, BAD_MAIL)
        return show_page(StaticLinkAsked())

    def _again(self, code: str, complaint: Complaint) -> Answer:
        page = StaticLinkPage(
            code,
            _token(),
            mail=request.form.get("mail", ""),
            statement=request.form.get("statement", ""),
            month=request.form.get("month", ""),
            complaints=(complaint,),
        )
        return show_page(page), HTTPStatus.BAD_REQUEST


def _token() -> str:
    """Return the token of this visit, which the cookie holds."""
    if _OWN not in session:
        session[_OWN] = b64url_encode(random_bytes(16))
    return str(session[_OWN])


def _is_own(token: str) -> bool:
    kept = str(session.get(_OWN, ""))
    return bool(kept) and equal(kept.encode(), token.encode())
