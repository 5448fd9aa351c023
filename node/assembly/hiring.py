"""The company's own openings and what the relay brings for them, wired."""

from dataclasses import dataclass
from typing import Self

from node.assembly.network import Network
from node.assembly.own import Own
from node.services.holds import Holds
from node.services.introductions import Introductions
from node.services.matches import Matches
from node.services.openings import Openings
from node.services.proposals import Proposals
from node.services.referrals import Referrals
from node.services.search import Search


@dataclass(frozen=True, slots=True)
class Hiring:
    """The company's own openings and what the relay brings for them."""

    openings: Openings
    search: Search
    proposals: Proposals
    matches: Matches
    introductions: Introductions
    referrals: Referrals

    @classmethod
    def of(cls, own: Own, network: Network) -> Self:
        """Return the hiring of a node."""
        db, clock, members, me = own.db, own.outside.clock, own.members, own.me
        log, ledger, outbox = network.log, network.ledger, network.outbox
        search = Search(db, clock, members, me)
        holds = Holds(log, ledger)
        return cls(
            openings=Openings(db, clock, members, me),
            search=search,
            proposals=Proposals(db, clock, members, me, search, holds, outbox),
            matches=Matches(db, clock, own.vault, members, me, own.origin, holds, outbox),
            introductions=Introductions(db, clock, own.vault, members, outbox),
            referrals=Referrals(db, clock, members, me, log, ledger, outbox),
        )
