"""The relay as the company sees it: credits, peers, logs and their witnesses, deletions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from node.i18n import message
from node.web.ui.parts import Deletion, Said

PEER_STATES = {
    "fresh": (message("in order"), "ok"),
    "stale": (message("not answering"), "warn"),
    "never": (message("not reached yet"), ""),
    "forked": (message("two histories: stopped"), "bad"),
}
MOVES = {
    "receipt": message("Receipt for another company"),
    "count": message("Referral counted"),
    "hold": message("Credit held"),
    "release": message("Hold released"),
    "spend": message("Credit spent"),
    "return": message("Credit returned"),
    "figures": message("Own figures"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """The balance of the company; *size* is that of the log of which it speaks."""

    size: int
    ratio: int
    counts: int
    earned: int
    living: int
    held: int
    spends: int
    returns: int
    void: int

    @property
    def free(self) -> int:
        """Credits that nothing holds."""
        return max(0, self.living - self.held)

    @property
    def missing(self) -> int:
        """Counted referrals until the next credit."""
        return self.ratio - self.counts % self.ratio


@dataclass(frozen=True, slots=True)
class Peer:
    """Another member; *state* is a key of PEER_STATES."""

    name: Said
    arrived: int
    referred: int
    size: int | None
    seen: datetime | None
    state: str
    witnesses: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """One effective leaf of this company's ledger; *kind* is a key of MOVES."""

    kind: str
    day: date
    index: int
    change: str


@dataclass(frozen=True, slots=True)
class OwnLog:
    """The log of the company; *witnessed* is the size of the newest head with a quorum."""

    origin: str
    size: int
    witnessed: int
    quorum: int
    witnesses: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class RelayPage:
    """What relay.html shows; *split_view* where no third party watches both sides."""

    TEMPLATE: ClassVar[str] = "relay.html"

    day: date
    account: Account
    peers: tuple[Peer, ...]
    moves: tuple[Move, ...]
    log: OwnLog
    deletions: tuple[Deletion, ...]
    split_view: bool
