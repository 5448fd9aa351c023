"""Who may open what: one row an endpoint, and no row means nobody."""

from http import HTTPStatus
from typing import TypeGuard

from flask import Flask, Response, abort, redirect, request, url_for
from flask_security import UserMixin, current_user

from node.domain.operator import Role
from node.storage.tables.operator import Operator

PUBLIC = frozenset({"ui.static", "login.show", "login.log_in", "language.choose"})

_ALL = frozenset(Role)
ROLES: dict[str, frozenset[Role]] = {
    "login.log_out": _ALL,
    "today.show": _ALL,
    "imports.show": _ALL,
    "imports.take": _ALL,
    "imports.one": _ALL,
    "imports.map": _ALL,
    "imports.preview": _ALL,
    "imports.commit": _ALL,
    "imports.discard": _ALL,
    "imports.undone": _ALL,
    "imports.errors": _ALL,
    "reviews.show": _ALL,
    "reviews.answer": _ALL,
    "letters.show": _ALL,
    "letters.confirm": _ALL,
    "letters.cancel": _ALL,
    "letters.restore": _ALL,
    "letters.invite": _ALL,
    "letters.medium": _ALL,
    "letters.automatic": _ALL,
    "letters.unsure": _ALL,
    "letters.failed": _ALL,
    "letters.agencies": _ALL,
    "letters.told": _ALL,
    "templates.show": _ALL,
    "templates.edit": _ALL,
    "templates.save": _ALL,
    "templates.preview": _ALL,
    "templates.test": _ALL,
    "templates.restore": _ALL,
    "static_links.show": _ALL,
    "static_links.add": _ALL,
    "static_links.confirm": _ALL,
    "static_links.discard": _ALL,
    "letter_report.show": _ALL,
    "letter_report.note": _ALL,
    "own_pool.show": _ALL,
    "own_pool.choose": _ALL,
    "own_pool.invite": _ALL,
    "applicants.show": _ALL,
    "applicants.choose": _ALL,
    "applicants.rejected": _ALL,
    "duplicates.show": _ALL,
    "duplicates.decide": _ALL,
    "duplicates.undo": _ALL,
    "openings.show": _ALL,
    "openings.new": _ALL,
    "openings.add": _ALL,
    "openings.opening": _ALL,
    "openings.match": _ALL,
    "openings.propose": _ALL,
    "openings.close": _ALL,
    "proposals.show": _ALL,
    "proposals.cancel": _ALL,
    "introductions.show": _ALL,
    "introductions.introduction": _ALL,
    "introductions.mark": _ALL,
    "relay.show": _ALL,
    "sources.show": _ALL,
    # It lets many people be erased.
    "sources.believe": frozenset({Role.ADMINISTRATOR}),
    "analytics.show": _ALL,
}


def current_operator() -> Operator:
    """Return the operator who is logged in; only for pages behind a row of the table."""
    operator = current_user._get_current_object()  # noqa: SLF001 - werkzeug's own door to the object
    if not _is_operator(operator):
        abort(HTTPStatus.FORBIDDEN)
    return operator


def guard(app: Flask) -> None:
    """Refuse, before any page of *app* sees the request, whoever has no right to it."""

    @app.before_request
    def authorise() -> Response | None:
        endpoint = request.endpoint
        # No such address: the answer is the same to everybody.
        if endpoint is None or endpoint in PUBLIC:
            return None
        if not current_user.is_authenticated:
            return redirect(url_for("login.show"))  # type: ignore[return-value] # werkzeug's class, made by Flask
        if Role(current_operator().role) not in ROLES.get(endpoint, frozenset()):
            abort(HTTPStatus.FORBIDDEN)
        return None


def _is_operator(user: UserMixin) -> TypeGuard[Operator]:
    return isinstance(user, Operator)
