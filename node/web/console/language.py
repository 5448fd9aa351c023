"""The switch between Japanese and English, kept in a cookie."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from node.i18n import DEFAULT, as_language
from node.web.ui.language import COOKIE

_YEAR_S = 31_536_000


def pages(*, is_behind_tls: bool) -> Blueprint:
    """Return the one form."""
    blueprint = Blueprint("language", __name__)

    @blueprint.post("/language")
    def choose() -> Response:
        response = redirect(url_for("today.show"))
        response.set_cookie(
            COOKIE,
            as_language(request.form.get("lang")) or DEFAULT,
            max_age=_YEAR_S,
            secure=is_behind_tls,
            httponly=True,
            samesite="Lax",
        )
        return response

    return blueprint
