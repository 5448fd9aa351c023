"""The app of the candidates: one phone page at a time, no account, no script but the key's.

Its forms carry the secret of the link, 256 bits that no other site can know, in a
hidden field; every POST is refused without it, so a cookie token against forged
requests would add nothing. The one cookie remembers that the code of a letter was
typed in this visit; it opens nothing unless the secret comes with it.
"""

from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint, Flask

from node.web.nul import refuse_in_forms, refuse_in_paths
from node.web.portal.words import words
from node.web.ui.company import Company
from node.web.ui.errors import answer_errors
from node.web.ui.frame import frame

MAX_BODY_BYTES = 6 * 1024 * 1024  # one PDF of 5 MB and the fields beside it
VISIT = timedelta(minutes=30)


def create_app(
    company: Company, pages: Iterable[Blueprint], *, secret_key: bytes, is_behind_tls: bool
) -> Flask:
    """Return the app of *company* with *pages*; *secret_key* signs the visit's cookie."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        MAX_FORM_PARTS=200,
        SESSION_COOKIE_NAME="__Host-visit" if is_behind_tls else "visit",
        SESSION_COOKIE_SECURE=is_behind_tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        PERMANENT_SESSION_LIFETIME=VISIT,
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.register_blueprint(frame(company, is_behind_tls=is_behind_tls))
    app.context_processor(words)
    for blueprint in pages:
        app.register_blueprint(blueprint)
    refuse_in_paths(app)
    refuse_in_forms(app)
    answer_errors(app)
    return app
