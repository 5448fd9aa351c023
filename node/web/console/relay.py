"""The relay as the company sees it: credits, peers, logs and their witnesses, deletions."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from flask import Blueprint

from node.i18n import local_day, message
from node.services.relay import DeletionView, PeerState, Relay, RelayView
from node.web.console.flow import Flow, Side, flow
from node.web.ui.page import show_page
from node.web.ui.parts import Deletion
from protocol.delivery import State as Cell

PEER_STATES = {
    PeerState.FRESH: (message("in order"), "ok"),
    PeerState.STALE: (message("not answering"), "warn"),
    PeerState.NEVER: (message("not reached yet"), ""),
    PeerState.FORKED: (message("two histories: stopped"), "bad"),
}
# A leaf of the ledger: what it is, and what it changes, credits or people.
MOVES = {
    "receipt": (message("Receipt for another company"), "—"),
    "count": (message("Referral counted"), "+1"),
    "hold": (message("Credit held"), "—"),
    "release": (message("Hold released"), "—"),
    "spend": (message("Credit spent"), "−1"),
    "return": (message("Credit returned"), "+1"),
    "figures": (message("Own figures"), "—"),
}
DELETIONS_SHOWN: Final = 200

# What somebody must look at comes first.
_URGENCY: Final = (Cell.OVERDUE, Cell.DELIVERED, Cell.NOT_DELIVERED, Cell.DELETED)


@dataclass(frozen=True, slots=True)
class RelayPage:
    """What relay.html shows; *deletions* are the first of them, the urgent before the others."""

    TEMPLATE: ClassVar[str] = "relay.html"

    day: date
    view: RelayView
    flow: Flow | None
    deletions: tuple[Deletion, ...]

    @property
    def hidden_deletions(self) -> int:
        """How many more there are."""
        return len(self.view.deletions) - len(self.deletions)


def pages(relay: Relay) -> Blueprint:
    """Return the page of the relay."""
    blueprint = Blueprint("relay", __name__)

    @blueprint.get("/relay")
    def show() -> str:
        return show_page(relay_page(relay.view()))

    return blueprint


def relay_page(view: RelayView) -> RelayPage:
    """Return the page of *view*."""
    urgent = sorted(view.deletions, key=lambda found: _URGENCY.index(found.state))
    return RelayPage(
        day=local_day(view.made_at),
        view=view,
        flow=flow(
            [Side(peer.name, peer.arrived) for peer in view.peers],
            [Side(peer.name, peer.claims.counted) for peer in view.peers],
        ),
        deletions=tuple(_deletion(found) for found in urgent[:DELETIONS_SHOWN]),
    )


def _deletion(found: DeletionView) -> Deletion:
    return Deletion(found.name, found.asked, found.state, found.deleted_on)
