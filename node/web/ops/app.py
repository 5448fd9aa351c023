"""The app of an administrator's monitoring: alive, ready, counted; no page, no person."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Flask, Response

MAX_BODY_BYTES = 1024
_TEXT = "text/plain; charset=utf-8"
_METRICS = "text/plain; version=0.0.4; charset=utf-8"


def create_app(
    waiting_for: Callable[[], str | None], counters: Callable[[], Mapping[str, int]]
) -> Flask:
    """Return the app.

    *waiting_for* names what the node still needs to be ready (such as its
    passphrase), None when it is ready; *counters* are numbers by name, without
    anything of a person.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type=_TEXT)

    @app.get("/readyz")
    def readyz() -> Response:
        missing = waiting_for()
        if missing is not None:
            return Response(
                f"not ready: {missing}\n", HTTPStatus.SERVICE_UNAVAILABLE, content_type=_TEXT
            )
        return Response("ready\n", content_type=_TEXT)

    @app.get("/metrics")
    def metrics() -> Response:
        lines = [f"tasuki_{name} {number}\n" for name, number in sorted(counters().items())]
        return Response("".join(lines), content_type=_METRICS)

    @app.after_request
    def keep_nothing(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return app
