"""The app that other nodes call: signed bytes in, signed bytes out; no session, no cookie."""

import logging
from collections.abc import Iterable
from http import HTTPStatus

from flask import Blueprint, Flask, Response
from werkzeug.exceptions import HTTPException

from node.web.nul import refuse_in_paths
from protocol.errors import ProtocolError
from protocol.problem import CONTENT_TYPE, STATUS_OF, Problem

MAX_BODY_BYTES = 9 * 1024 * 1024  # a sealed identity with its document of 5 MB, in base64url

log = logging.getLogger(__name__)


def create_app(pages: Iterable[Blueprint]) -> Flask:
    """Return the app with the endpoints of *pages*."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    # A path has one spelling (PROTOCOL 5); a redirect to another would be followed unsigned.
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    for blueprint in pages:
        app.register_blueprint(blueprint)
    refuse_in_paths(app)
    _answer_errors(app)

    @app.after_request
    def sniff_nothing(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return app


def _answer_errors(app: Flask) -> None:
    @app.errorhandler(ProtocolError)
    def against_the_rules(error: ProtocolError) -> Response:
        return _problem(Problem.of(error))

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        kind = next((kind for kind, code in STATUS_OF.items() if code == status), None)
        if kind is None:
            # No such place or method: nothing that a message could be refused for.
            return Response(status=status)
        return _problem(Problem(kind, HTTPStatus(status).phrase.lower()))

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        log.error("request failed", exc_info=error)
        return _problem(Problem("internal", "the fault is on this side"))


def _problem(problem: Problem) -> Response:
    return Response(problem.encode(), problem.status, content_type=CONTENT_TYPE)
