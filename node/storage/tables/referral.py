"""Claims of counted referrals, their receipts, and the folded ledger."""

from sqlmodel import Field

from node.storage.tables.row import Row


class Claim(Row, table=True):
    """One try of this node to have a person counted."""

    id: str = Field(primary_key=True, max_length=32)
    person_id: str = Field(foreign_key="person.id", max_length=32, index=True)
    token_id: str = Field(foreign_key="token.id", max_length=32)
    receiver: str = Field(max_length=32)
    salt: bytes
    send_at: int
    exp: int | None = None
    state: str = Field(max_length=16, index=True)  # protocol.claim_life


class ClaimReceipt(Row, table=True):
    """A receipt that this node wrote for a peer's claim, one a token."""

    token_id: str = Field(primary_key=True, max_length=32)
    member: str = Field(primary_key=True, max_length=32)
    salt: bytes
    leaf_id: str = Field(max_length=32)


class LedgerCache(Row, table=True):
    """A member's ledger, folded up to a size of its log."""

    origin: str = Field(primary_key=True, max_length=300)
    size: int
    state: bytes


class LedgerSeen(Row, table=True):
    """A leaf id or nullifier that occurred in a member's folded ledger."""

    origin: str = Field(primary_key=True, max_length=300)
    value: str = Field(primary_key=True, max_length=64)
