"""The requests that this company made, and how they stand."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from node.i18n import message
from node.web.ui.parts import Said
from protocol.match_life import State

PROPOSAL_STATES = {
    State.PROPOSED: (message("waiting for the person"), "key"),
    State.ACCEPTED: (message("accepted"), "ok"),
    State.FETCHED: (message("being handed over"), "ok"),
    State.UNOPENED: (message("unopened, asked again"), "warn"),
    State.REVEALED: (message("introduced"), "ok"),
    State.REFUSED: (message("not handed over"), "warn"),
    State.RETURNED: (message("credit returned"), ""),
    State.DECLINED: (message("declined"), ""),
    State.LAPSED: (message("no answer"), ""),
    State.CANCELLED: (message("cancelled"), ""),
    State.REJECTED: (message("refused by the company"), "warn"),
}

# The tabs in the order of the work, with the states that each holds.
TABS = {
    "waiting": (message("Waiting"), frozenset({State.PROPOSED})),
    "accepted": (
        message("Accepted"),
        frozenset({State.ACCEPTED, State.FETCHED, State.UNOPENED, State.REVEALED}),
    ),
    "ended": (
        message("Ended"),
        frozenset(
            {
                State.REFUSED,
                State.RETURNED,
                State.DECLINED,
                State.LAPSED,
                State.CANCELLED,
                State.REJECTED,
            }
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One request for contact."""

    id: str
    opening_id: str
    title: str
    company: Said
    state: State
    made: datetime
    until: datetime
    can_cancel: bool


@dataclass(frozen=True, slots=True)
class ProposalsPage:
    """What proposals.html shows: one tab's requests, and the count of each tab."""

    TEMPLATE: ClassVar[str] = "proposals.html"

    tab: str
    counts: dict[str, int]
    proposals: tuple[ProposalLine, ...]
    is_made: bool = False
