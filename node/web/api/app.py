"""The app of the company's own systems: bearer keys (RFC 6750), problems (RFC 9457), no cookie."""

import logging
from collections.abc import Iterable
from http import HTTPStatus

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from node.services.api_keys import ApiKeys, KeyRefusedError, Scope, ScopeMissingError
from node.web.api.problem import problem
from node.web.nul import refuse_in_paths

MAX_BODY_BYTES = 4 * 1024 * 1024
_SCHEME = "Bearer "

log = logging.getLogger(__name__)


def create_app(pages: Iterable[Blueprint]) -> Flask:
    """Return the app with the endpoints of *pages*."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    for blueprint in pages:
        app.register_blueprint(blueprint)
    refuse_in_paths(app)

    @app.errorhandler(KeyRefusedError)
    def no_key(_error: KeyRefusedError) -> Response:
        answer = problem(HTTPStatus.UNAUTHORIZED, "give a key that is not revoked")
        answer.headers["WWW-Authenticate"] = 'Bearer realm="tasuki"'
        return answer

    @app.errorhandler(ScopeMissingError)
    def other_key(_error: ScopeMissingError) -> Response:
        return problem(HTTPStatus.FORBIDDEN, "the key may not do this")

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        return problem(HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR), None)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        log.error("request failed", exc_info=error)
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, None)

    @app.after_request
    def keep_nothing(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return app


def check_key(keys: ApiKeys, scope: Scope) -> None:
    """Return if the request bears a key for *scope*.

    Raises:
        KeyRefusedError: it bears none, or one that is no good.
        ScopeMissingError: its key is for something else.
    """
    given = request.headers.get("Authorization", "")
    if not given.startswith(_SCHEME):
        raise KeyRefusedError("no key")
    keys.check(given.removeprefix(_SCHEME).strip(), scope)
