"""The demo's numbers, read from the three audit bundles as an auditor reads them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from protocol.audit import bundle
from protocol.audit.bundle import Bundle
from protocol.audit.records import (
    BalanceRecord,
    BodyRecord,
    ConsentRecord,
    DeliveryRecord,
    TokenRecord,
)
from protocol.delivery import State


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over the nodes."""

    imported: int  # applications
    letters: int  # rejection letters that the mail server took
    consents: int  # persons
    tokens: int  # leaves, decoys among them
    proposals: int
    accepted: int
    reveals: int
    withdrawn: int  # consents that their person ended
    deletion_receipts: int
    credits: int  # earned

    def to_json(self) -> dict[str, int]:
        """Return the numbers by their names."""
        return asdict(self)


def tally(payloads: Iterable[bytes], *, imported: int, letters: int) -> Tally:
    """Return the sums over the bundles *payloads*, with what no bundle tells."""
    bundles = [bundle.read(payload) for payload in payloads]
    return Tally(
        imported=imported,
        letters=letters,
        consents=sum(len({row.person for row in one.of(ConsentRecord)}) for one in bundles),
        tokens=sum(len(one.of(TokenRecord)) for one in bundles),
        proposals=sum(_evidence(one, "doc.out", "match.propose") for one in bundles),
        accepted=sum(_evidence(one, "accept") for one in bundles),
        reveals=sum(_evidence(one, "give") for one in bundles),
        withdrawn=sum(_evidence(one, "consent.withdraw") for one in bundles),
        deletion_receipts=sum(
            row.state is State.DELETED for one in bundles for row in one.of(DeliveryRecord)
        ),
        credits=sum(row.earned for one in bundles for row in one.of(BalanceRecord)),
    )


def _evidence(one: Bundle, kind: str, kind_of_message: str | None = None) -> int:
    """Return how many leaves hold evidence of a *kind*, or records of a kind of message."""
    return sum(
        row.ev.get("kind") == kind
        and (kind_of_message is None or row.ev.get("type") == kind_of_message)
        for row in one.of(BodyRecord)
    )
