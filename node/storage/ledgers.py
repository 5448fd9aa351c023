"""Named queries on the folded ledgers, kept beside the logs they follow from (PROTOCOL 7)."""

from dataclasses import dataclass

from sqlmodel import col, func, select

from node.storage.database import Tx
from node.storage.tables.referral import Claim, ClaimReceipt, LedgerCache, LedgerSeen
from protocol.claim_life import State
from protocol.ledger_state import LedgerState, Tally


@dataclass(frozen=True, slots=True)
class Seen:
    """The leaf ids and nullifiers of one ledger, as rows."""

    tx: Tx
    origin: str

    def __contains__(self, value: object) -> bool:
        """Tell whether *value* occurred."""
        return self.tx.get(LedgerSeen, (self.origin, value)) is not None


def load(tx: Tx, origin: str) -> tuple[int, LedgerState]:
    """Return the size of the log up to which it was folded, and the state there."""
    row = tx.get(LedgerCache, origin)
    if row is None:
        return 0, LedgerState(before=Seen(tx, origin))
    return row.size, LedgerState(tally=Tally.parse(row.state), before=Seen(tx, origin))


def save(tx: Tx, origin: str, size: int, state: LedgerState) -> None:
    """Keep the state at a size."""
    row = tx.get(LedgerCache, origin)
    tally = state.tally.canonical()
    if row is None:
        tx.add(LedgerCache.new(origin=origin, size=size, state=tally))
    else:
        row.size, row.state = size, tally
    for value in state.added:
        tx.add(LedgerSeen.new(origin=origin, value=value))
    tx.flush()


def planned(tx: Tx, *, now: int) -> list[Claim]:
    """Return the claims whose time has come."""
    query = select(Claim).where(Claim.state == State.PLANNED, Claim.send_at <= now)
    return list(tx.exec(query.order_by(col(Claim.send_at))))


def claim(tx: Tx, claim_id: str) -> Claim | None:
    """Return one claim."""
    return tx.get(Claim, claim_id)


def claims_of(tx: Tx, person_id: str) -> list[Claim]:
    """Return every try to have that person counted."""
    return list(tx.exec(select(Claim).where(Claim.person_id == person_id)))


def receipt_of(tx: Tx, member: str, token_id: str) -> ClaimReceipt | None:
    """Return the receipt that was written for a peer's token."""
    return tx.get(ClaimReceipt, (token_id, member))


def claims_by_receiver(tx: Tx) -> dict[str, int]:
    """Return how many claims went or will go to each receiver."""
    query = select(Claim.receiver, func.count()).group_by(Claim.receiver)
    return dict(tx.exec(query).all())
