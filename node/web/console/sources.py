"""The systems that are read over an API: when each was read, and what holds it up."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from flask import Blueprint, abort

from node.domain.operator import Role
from node.i18n import message
from node.services.sources import NoSuchSourceError, Sources, SourceStanding
from node.web.console.authorisation import current_operator
from node.web.ui.page import show_page

KINDS = {
    "herp": message("HERP Hire"),
    "kintone": message("kintone"),
    "greenhouse": message("Greenhouse"),
    "lever": message("Lever"),
}
SOURCE_FAULTS = {
    "no-credentials": message(
        "Its key is missing: have the administrator put it into the secrets folder."
    ),
    "refused": message(
        "It refuses the key: have the administrator check the key and what it may read."
    ),
    "limited": message("It asked for a pause; reading goes on by itself."),
    "unreachable": message("It does not answer; reading is tried again by itself."),
    "broken": message("It answered with an error; reading is tried again by itself."),
    "malformed": message("It answered what cannot be read: tell your administrator."),
    "vanished": message(
        "Many applications are no longer listed there, so nobody was deleted here: check "
        "whether the key lost rights."
    ),
    "mapping": message(
        "Columns that every application needs are missing: have the administrator check "
        "the mapping of its fields."
    ),
}


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """What sources.html shows."""

    TEMPLATE: ClassVar[str] = "sources.html"

    sources: tuple[SourceStanding, ...]
    may_believe: bool = False  # that many were deleted at one


def pages(sources: Sources) -> Blueprint:
    """Return the page of the sources."""
    blueprint = Blueprint("sources", __name__)

    @blueprint.get("/sources")
    def show() -> str:
        return show_page(_page(sources))

    @blueprint.post("/sources/<source>/believe")
    def believe(source: str) -> str:
        try:
            sources.believe(source)
        except NoSuchSourceError:
            abort(HTTPStatus.NOT_FOUND)
        return show_page(_page(sources))

    return blueprint


def _page(sources: Sources) -> SourcesPage:
    may_believe = current_operator().role == Role.ADMINISTRATOR
    return SourcesPage(tuple(sources.standings()), may_believe=may_believe)
