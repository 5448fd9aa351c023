"""The page behind the stop link of a digest: it asks, and stops at the press of its button."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask import Blueprint

from node.services.digests import STOP_PATH, Digests
from node.web.portal.faults import answer_faults
from node.web.ui.page import show_page


@dataclass(frozen=True, slots=True)
class LettersStopPage:
    """What letters_stop.html shows; *stopped* is the number once it is done."""

    TEMPLATE: ClassVar[str] = "letters_stop.html"

    secret: str
    day: date
    letters: int
    stopped: int | None = None


def pages(digests: Digests) -> Blueprint:
    """Return the routes; a machine that opens every link changes nothing."""
    blueprint = Blueprint("letters_stop", __name__)

    @blueprint.get(f"{STOP_PATH}/<secret>")
    def open_link(secret: str) -> str:
        return show_page(LettersStopPage(secret, *digests.look(secret)))

    @blueprint.post(f"{STOP_PATH}/<secret>")
    def stop(secret: str) -> str:
        day, letters = digests.look(secret)
        return show_page(LettersStopPage(secret, day, letters, stopped=digests.stop(secret)))

    answer_faults(blueprint)
    return blueprint
