"""The one click of a mail program (RFC 8058), and the page for who opens its address."""

from dataclasses import dataclass

from flask import Blueprint

from node.services.consents import WITHDRAWAL_PATH, Consents
from node.web.portal.faults import answer_faults
from node.web.portal.link import HowToStop, StopPage
from node.web.ui.page import show_page


@dataclass(frozen=True, slots=True)
class StopPages:
    """The only change without a code: a secret of its own, good for this one thing."""

    consents: Consents

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        pages = Blueprint("stop", __name__)
        pages.add_url_rule("/u/<secret>", view_func=self.open, endpoint="open")
        pages.add_url_rule("/u/<secret>", view_func=self.stop, endpoint="stop", methods=["POST"])
        pages.add_url_rule(WITHDRAWAL_PATH, view_func=self.explain, endpoint="explain")
        answer_faults(pages)
        return pages

    def open(self, secret: str) -> str:
        """Ask before anything is done: machines open every address by GET."""
        return show_page(StopPage(secret, self.consents.would_withdraw(secret)))

    def stop(self, secret: str) -> str:
        """Withdraw, or never ask again."""
        return show_page(StopPage(secret, self.consents.stop(secret), is_done=True))

    def explain(self) -> str:
        """Say how to stop to who comes with a receipt and without a link."""
        return show_page(HowToStop())
