"""No text with a NUL comes in: PostgreSQL holds none, and would fail instead of refuse."""

from http import HTTPStatus

from flask import Flask, abort, request


def refuse_in_paths(app: Flask) -> None:
    """Answer an address with a NUL in it as a place that is not there."""

    @app.before_request
    def refuse() -> None:
        if "\0" in request.path:
            abort(HTTPStatus.NOT_FOUND)


def refuse_in_forms(app: Flask) -> None:
    """Refuse a form with a NUL in a field; it is read here, so whoever may send none goes first."""

    @app.before_request
    def refuse() -> None:
        if any("\0" in text for _, texts in request.values.lists() for text in texts):
            abort(HTTPStatus.BAD_REQUEST)
