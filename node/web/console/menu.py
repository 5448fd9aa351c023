"""The main menu: what an operator may open, in the order of a working day."""

from dataclasses import dataclass

from flask import current_app, request
from flask_security import current_user

from node.domain.operator import Role
from node.i18n import message
from node.storage.tables.operator import Operator
from node.web.console.authorisation import ROLES


@dataclass(frozen=True, slots=True)
class MenuLine:
    """One place; *label* is a message id."""

    endpoint: str
    label: str
    is_here: bool


_PLACES = (
    ("today.show", message("Today")),
    ("proposals.show", message("Proposals")),
    ("introductions.show", message("Introductions")),
    ("applicants.show", message("Applicants")),
    ("openings.show", message("Openings")),
    ("letters.show", message("Letters")),
    ("templates.show", message("Texts of the letters")),
    ("imports.show", message("Import")),
    ("sources.show", message("Connected systems")),
    ("relay.show", message("Relay")),
    ("analytics.show", message("Analytics")),
)
_ROLE_NAMES = {
    Role.RECRUITER: message("recruiter"),
    Role.ADMINISTRATOR: message("administrator"),
}


def words() -> dict[str, object]:
    """Return what the console's frame shows around every page."""
    operator = current_user._get_current_object() if current_user else None  # noqa: SLF001 - werkzeug's own door
    if not isinstance(operator, Operator):
        return {"operator_name": None, "operator_role": None, "menu": ()}
    role = Role(operator.role)
    here = (request.blueprint or "").split(".")[0]
    return {
        "operator_name": operator.name,
        "operator_role": _ROLE_NAMES[role],
        "menu": tuple(
            MenuLine(endpoint, label, endpoint.split(".")[0] == here)
            for endpoint, label in _PLACES
            if role in ROLES.get(endpoint, frozenset()) and endpoint in current_app.view_functions
        ),
    }
