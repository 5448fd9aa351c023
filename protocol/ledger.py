"""The bodies of `ledger` leaves and the commitments that they open (PROTOCOL 7).

Every member reads them, so they name no person, no token and no partner of a
proposal: a nullifier is hidden in its receipt and shown by the count that uses it.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue

from crypto.canonical_json import Json
from crypto.encoding import b64url_encode
from crypto.hashing import tagged
from protocol.body import Opening
from protocol.errors import MalformedError, UnknownKindError
from protocol.identifiers import (
    Base64Url,
    Count,
    Day,
    EnvelopeId,
    HashHex,
    Id,
    MemberId,
    Name,
    TokenId,
)
from protocol.level import Level
from protocol.value import Value


class Receipt(Value):
    """P's word that it holds a living token of `origin`'s, whose person is hidden."""

    kind: Literal["receipt"] = "receipt"
    origin: Id
    nullifier_c: HashHex
    token_c: HashHex
    level: Level
    mode: Name  # the legal mode of the token


class QuotedLeaf(Value):
    """A leaf as it stands in another's log, with all that opens and proves it."""

    entry: Base64Url
    opening: dict[str, JsonValue]  # either form of PROTOCOL 0
    proof: Base64Url

    @classmethod
    def of(cls, entry: bytes, opening: Opening, proof: bytes) -> Self:
        """Return the quotation of a leaf's *entry* bytes with its `.tlog-proof` text."""
        return cls.from_json(
            {
                "entry": b64url_encode(entry),
                "opening": opening.to_json(),
                "proof": b64url_encode(proof),
            }
        )


class Counted(Value):
    """The owner's use of one receipt: one person, once."""

    kind: Literal["count"] = "count"
    nullifier: HashHex
    salt: HashHex
    receipt: QuotedLeaf


class Hold(Value):
    """A part of a credit set aside for one proposal, through the day `until`."""

    kind: Literal["hold"] = "hold"
    bind: HashHex
    until: Day


class Release(Value):
    """The end of a hold without a spend."""

    kind: Literal["release"] = "release"
    hold: Id


class Spend(Value):
    """The use of a hold, and of a whole credit, for an acceptance in hand."""

    kind: Literal["spend"] = "spend"
    hold: Id


class Return(Value):
    """The owner's word that a spend brought it nobody."""

    kind: Literal["return"] = "return"
    spend: Id


class Figures(Value):
    """The owner's own word on its openings, applications and hires of one quarter."""

    kind: Literal["figures"] = "figures"
    quarter: Annotated[str, Field(pattern=r"\A[0-9]{4}-Q[1-4]\z")]
    openings: Count
    applications: Count
    hires: Count


LedgerBody = Receipt | Counted | Hold | Release | Spend | Return | Figures

KINDS: dict[str, type[LedgerBody]] = {
    "receipt": Receipt,
    "count": Counted,
    "hold": Hold,
    "release": Release,
    "spend": Spend,
    "return": Return,
    "figures": Figures,
}


def parse_ledger_body(ev: Json) -> LedgerBody:
    """Return the ledger body that the evidence part *ev* of an opening holds.

    Raises:
        UnknownKindError: a kind that this version does not know.
        MalformedError: not exactly the fields of its kind with values of their form.
    """
    kind = ev.get("kind") if isinstance(ev, dict) else None
    if not isinstance(kind, str):
        raise MalformedError("ledger body without a kind")
    if kind not in KINDS:
        raise UnknownKindError("unknown kind of ledger body")
    return KINDS[kind].from_json(ev)


def nullifier_commitment(salt: bytes, nullifier: bytes) -> bytes:
    """Return what a claim and its receipt show of a *nullifier*, with a new *salt* a claim."""
    return tagged("tasuki/1 nullifier", salt, nullifier)


def token_ref(salt: bytes, token: TokenId) -> bytes:
    """Return what a receipt shows of the *token* that it was given for."""
    return tagged("tasuki/1 ref", salt, bytes.fromhex(token))


def hold_bind(salt: bytes, origin: MemberId, token: TokenId, proposal: EnvelopeId) -> bytes:
    """Return the binding of a hold to one proposal, which its *salt* opens at the origin."""
    ids = (bytes.fromhex(part) for part in (origin, token, proposal))
    return tagged("tasuki/1 hold", salt, *ids)
