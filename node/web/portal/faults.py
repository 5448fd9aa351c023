"""A link that opens nothing, as a page: what happened, what did not change, one way on."""

from http import HTTPStatus

from flask import Blueprint, request
from pydantic import ValidationError

from crypto.errors import BadEncodingError
from node.i18n import from_seconds, local_day
from node.services.errors import (
    LinkError,
    LinkExpiredError,
    LinkLockedError,
    NothingToDoError,
)
from node.web.portal.link import LinkFailure, LinkFault
from node.web.ui.errors import failure_page
from node.web.ui.page import show_page


def answer_faults(pages: Blueprint) -> None:
    """Let *pages* answer what a link or a form cannot do."""

    @pages.errorhandler(LinkError)
    def no_link(error: LinkError) -> tuple[str, HTTPStatus]:
        secret = (request.view_args or {}).get("secret") or request.form.get("secret", "")
        return fault_page(error, secret)

    @pages.errorhandler(NothingToDoError)
    def nothing_open(_error: NothingToDoError) -> tuple[str, HTTPStatus]:
        return failure_page(HTTPStatus.CONFLICT)

    @pages.errorhandler(BadEncodingError)
    @pages.errorhandler(ValidationError)
    def not_a_value(_error: ValidationError | BadEncodingError) -> tuple[str, HTTPStatus]:
        return failure_page(HTTPStatus.BAD_REQUEST)


def fault_page(error: LinkError, secret: str) -> tuple[str, HTTPStatus]:
    """Return the page for a link that opens nothing; an expired one can be asked for anew."""
    if isinstance(error, LinkExpiredError):
        until = local_day(from_seconds(error.expired_at))
        page = LinkFailure(LinkFault.EXPIRED, until=until, secret=secret)
        return show_page(page), HTTPStatus.GONE
    if isinstance(error, LinkLockedError):
        return show_page(LinkFailure(LinkFault.LOCKED, secret=secret)), HTTPStatus.FORBIDDEN
    return show_page(LinkFailure(LinkFault.UNKNOWN)), HTTPStatus.NOT_FOUND
