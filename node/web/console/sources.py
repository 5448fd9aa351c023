"""The systems that are read over an API: when each was read, and what holds it up."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint

from node.i18n import message
from node.services.sources import Sources, SourceStanding
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
        "Many applications are no longer listed there. Nobody was deleted here for that: "
        "check whether the key lost rights."
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


def pages(sources: Sources) -> Blueprint:
    """Return the page of the sources."""
    blueprint = Blueprint("sources", __name__)

    @blueprint.get("/sources")
    def show() -> str:
        return show_page(SourcesPage(tuple(sources.standings())))

    return blueprint
