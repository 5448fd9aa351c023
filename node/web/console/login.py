"""The login: mail address and password, a new session each time."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import ClassVar

from flask import Blueprint, redirect, request, session, url_for
from flask_security import login_user, logout_user
from werkzeug.wrappers import Response

from node.services.operators import LogInLockedError, LogInRefusedError, Operators
from node.web.console.authorisation import current_operator
from node.web.ui.page import show_page


@dataclass(frozen=True, slots=True)
class LoginPage:
    """What login.html shows; *mail* is what was typed."""

    TEMPLATE: ClassVar[str] = "login.html"

    mail: str = ""
    is_wrong: bool = False
    locked_until: datetime | None = None


def pages(operators: Operators) -> Blueprint:
    """Return the pages of the login."""
    blueprint = Blueprint("login", __name__)

    @blueprint.get("/login")
    def show() -> str:
        return show_page(LoginPage())

    @blueprint.post("/login")
    def log_in() -> tuple[str, HTTPStatus] | Response:
        mail = request.form.get("mail", "")
        try:
            operator = operators.log_in(mail, request.form.get("password", ""))
        except LogInRefusedError:
            return show_page(LoginPage(mail, is_wrong=True)), HTTPStatus.FORBIDDEN
        except LogInLockedError as error:
            page = LoginPage(mail, locked_until=error.until)
            return show_page(page), HTTPStatus.TOO_MANY_REQUESTS
        # A session that somebody else planted before the login carries nothing over.
        session.clear()
        session.permanent = True
        login_user(operator)
        return redirect(url_for("today.show"))

    @blueprint.post("/logout")
    def log_out() -> Response:
        operators.log_out(current_operator().id)
        logout_user()
        session.clear()
        return redirect(url_for("login.show"))

    return blueprint
