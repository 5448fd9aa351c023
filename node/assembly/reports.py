"""What the company reads about its own selections and about the relay, wired."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from node.assembly.node import Node
from node.domain.cost import YenRange
from node.services.analytics import Analytics
from node.services.interviewers import Interviewers
from node.services.relay import Relay


@dataclass(frozen=True, slots=True)
class Reports:
    """The services that only read."""

    analytics: Analytics
    interviewers: Interviewers
    relay: Relay

    @classmethod
    def of(cls, node: Node) -> Self:
        """Return the reports of *node*."""
        own, yen = node.own, node.own.settings.cost
        clock, db = own.outside.clock, own.db
        assumed = YenRange(Fraction(yen.assumed_least_yen), Fraction(yen.assumed_most_yen))
        ledger, withdrawals = node.network.ledger, node.people.withdrawals
        return cls(
            analytics=Analytics(db, clock, assumed),
            interviewers=Interviewers(db, own.vault),
            relay=Relay(db, clock, own.members, own.me, ledger, withdrawals),
        )
