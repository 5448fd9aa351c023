"""The pages of what went wrong: what happened, what did not change, one way on."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from node.i18n import message
from protocol.errors import ProtocolError
from protocol.problem import STATUS_OF

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """What a page says about a refused request; both are message ids."""

    title: str
    line: str


_FAILURES = {
    HTTPStatus.BAD_REQUEST: Failure(
        message("This request could not be read"),
        message("Go back, look at what you entered, and send it again."),
    ),
    HTTPStatus.FORBIDDEN: Failure(
        message("You may not open this page"),
        message("Ask your administrator for the role that it needs."),
    ),
    HTTPStatus.NOT_FOUND: Failure(
        message("There is no such page"),
        message("Check the address, or go back to where you came from."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Failure(
        message("This page cannot be opened like this"),
        message("Go back, and use the button on the page."),
    ),
    HTTPStatus.CONFLICT: Failure(
        message("This has changed in the meantime"),
        message("Open the page again to see how it stands now."),
    ),
    HTTPStatus.GONE: Failure(
        message("This is over"),
        message("The time for it has passed, or it was ended."),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Failure(
        message("That is too large"),
        message("Send a smaller file."),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Failure(
        message("This does not work at the moment"),
        message("Please try again in a few minutes."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Failure(
        message("Something went wrong on our side"),
        message("Please try again in a few minutes."),
    ),
}


def failure_page(status: HTTPStatus) -> tuple[str, HTTPStatus]:
    """Return the app's page for *status*; a status without words says the nearest one."""
    if status not in _FAILURES:
        status = (
            HTTPStatus.INTERNAL_SERVER_ERROR
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR
            else HTTPStatus.BAD_REQUEST
        )
    return render_template("failure.html", failure=_FAILURES[status]), status


def not_found(_error: Exception) -> tuple[str, HTTPStatus]:
    """Answer, as the handler of an error, that there is no such page."""
    return failure_page(HTTPStatus.NOT_FOUND)


def answer_errors(app: Flask) -> None:
    """Let *app* answer refusals and faults with pages; a fault is logged without its request."""

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, HTTPStatus]:
        return failure_page(HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR))

    @app.errorhandler(ProtocolError)
    def against_the_rules(error: ProtocolError) -> tuple[str, HTTPStatus]:
        return failure_page(HTTPStatus(STATUS_OF[error.problem]))

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[str, HTTPStatus]:
        log.error("page failed", exc_info=error)
        return failure_page(HTTPStatus.INTERNAL_SERVER_ERROR)
