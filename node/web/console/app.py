"""The app of recruiters and administrators: logged in, with a role, or nothing."""

from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint, Flask
from flask_security import Security
from flask_wtf import CSRFProtect

from node.services.operators import Operators
from node.storage.operators import OperatorDatastore
from node.web.console import language, login, menu
from node.web.console.authorisation import guard
from node.web.console.words import words
from node.web.nul import refuse_in_forms, refuse_in_paths
from node.web.ui.company import Company
from node.web.ui.errors import answer_errors
from node.web.ui.frame import frame

MAX_BODY_BYTES = 33 * 1024 * 1024  # one import file of 32 MB and the fields beside it
SESSION = timedelta(hours=8)


def create_app(
    company: Company,
    operators: Operators,
    pages: Iterable[Blueprint],
    *,
    secret_key: bytes,
    is_behind_tls: bool,
) -> Flask:
    """Return the app of *company* with *pages*; *secret_key* signs the sessions."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        SESSION_COOKIE_NAME="__Host-console" if is_behind_tls else "console",
        SESSION_COOKIE_SECURE=is_behind_tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, and our pages send none
        # The extension's own pages are not registered; its salt is for mailed tokens.
        SECURITY_PASSWORD_SALT=secret_key.hex(),
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_API_ENABLED_METHODS=["session"],
    )
    Security(app, OperatorDatastore(operators.db), register_blueprint=False)
    # Before the check of forged forms, so that a POST after the session's end leads to
    # the login.
    guard(app)
    CSRFProtect(app)
    app.register_blueprint(frame(company, is_behind_tls=is_behind_tls))
    app.register_blueprint(language.pages(is_behind_tls=is_behind_tls))
    app.register_blueprint(login.pages(operators))
    app.context_processor(menu.words)
    app.context_processor(words)
    for blueprint in pages:
        app.register_blueprint(blueprint)
    refuse_in_paths(app)
    refuse_in_forms(app)
    answer_errors(app)
    return app
