"""``consortium.json``: who the members are and by which parameters they play (PROTOCOL 5).

Versions form a chain: each names the hash of the one before and is signed by the
boards of both. The hash of version 1 is the consortium's fingerprint, ``cs`` in every
message, so that nothing replays between two consortia.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from crypto.ed25519 import VerifyKey
from protocol.document import CLOCK_SKEW_S, Signed
from protocol.errors import ExpiredError, MalformedError, UntrustedError
from protocol.identifiers import MAX_INTEGER, Day, HashHex, Id, KeyId, MemberId, Time, key_id
from protocol.level import Level
from protocol.log.note import Verifier
from protocol.public_key import PublicKey, verify_key
from protocol.value import Value

PROTOCOL_VERSION = 1
MAX_AGE_S = 90 * 86400  # from `issued` to `expires`
MAX_MEMBERS = 1000
# With fewer issuers than this, a cap under the ratio would let nobody earn.
CAPPED_FROM_MEMBERS = 4

Text = Annotated[str, Field(min_length=1, max_length=200)]
Positive = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
Natural = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
CorporateNumber = Annotated[str, Field(pattern=r"\A[0-9]{13}\z")]  # 法人番号
Country = Annotated[str, Field(pattern=r"\A[A-Z]{2}\z")]  # ISO 3166-1
BaseUrl = Annotated[
    str, Field(pattern=r"\Ahttps?://[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?(?::[1-9][0-9]{0,4})?\z")
]


class LocalName(Value):
    """A name as pages in Japanese and in English print it."""

    ja: Text
    en: Text


class Member(Value):
    """One company, as the board vouches for it."""

    id: Id
    name: LocalName
    corporate_number: CorporateNumber
    group: Text | None = None  # equal texts: one corporate group, blocked as one
    address: Text
    representative: Text
    country: Country
    url: BaseUrl
    org_key: PublicKey
    status: Literal["active", "suspended", "left"]
    since: Day
    until: Day | None = None

    @model_validator(mode="after")
    def _ends_when_it_left(self) -> Self:
        if (self.until is not None) != (self.status == "left"):
            raise ValueError("until stands exactly where the status is left")
        return self

    @property
    def host(self) -> str:
        """The authority of the public base URL; log and witness names follow from it."""
        return self.url.partition("://")[2]

    def org_keys(self) -> Mapping[KeyId, VerifyKey]:
        """Return the offline key that signs this member's descriptors."""
        return _by_id("org", [self.org_key])


class BoardKey(Value):
    """A key, and the organisation whose vote it is."""

    holder: Id
    key: PublicKey


class Board(Value):
    """Who may make the next version: *threshold* different holders."""

    keys: Annotated[tuple[BoardKey, ...], Field(min_length=1, max_length=32)]
    threshold: Positive

    @model_validator(mode="after")
    def _can_decide(self) -> Self:
        if len({entry.key for entry in self.keys}) != len(self.keys):
            raise ValueError("a board key twice")
        if self.threshold > len({entry.holder for entry in self.keys}):
            raise ValueError("threshold above the number of holders")
        return self

    def verify_keys(self) -> Mapping[KeyId, VerifyKey]:
        """Return the keys by their id."""
        return _by_id("board", [entry.key for entry in self.keys])

    def check_decided(self, signers: frozenset[KeyId]) -> None:
        """Return if *signers* are enough.

        Raises:
            MalformedError: they belong to fewer than *threshold* holders.
        """
        # Holders are counted: one organisation with two keys has one vote.
        holders = {
            entry.holder
            for entry in self.keys
            if key_id("board", verify_key(entry.key).raw) in signers
        }
        if len(holders) < self.threshold:
            raise MalformedError("too few board members signed")


class Params(Value):
    """The rules that every member plays by; a file states each one."""

    relay_ratio: Annotated[int, Field(ge=1, le=1000)]  # counts that make one credit
    k_anon: Annotated[int, Field(ge=2, le=100_000)]  # persons
    lease_s: Annotated[int, Field(ge=1, le=86_400 * 7)]
    sla_s: Annotated[int, Field(ge=1, le=86_400 * 90)]
    undo_s: Annotated[int, Field(ge=0, le=86_400)]
    count_level: Level
    reveal_level: Level
    count_hold_s: Annotated[int, Field(ge=0, le=86_400 * 90)]
    open_proposals_per_credit: Annotated[int, Field(ge=1, le=1000)]
    proposals_per_day: Annotated[int, Field(ge=1, le=100_000)]
    issuer_cap: Annotated[int, Field(ge=1, le=1000)]  # counts of one issuer in one credit
    return_cap: Annotated[int, Field(ge=0, le=10)]  # of the last ten spends
    credit_life: Annotated[int, Field(ge=1, le=3650)]  # days
    batch_min: Annotated[int, Field(ge=1, le=10_000)]  # persons; 1 publishes at once

    @classmethod
    def default(cls, members: int) -> Self:
        """Return the values that a draft for that number of members starts from."""
        return cls(
            relay_ratio=10,
            k_anon=10,
            lease_s=3600,
            sla_s=86_400,
            undo_s=1800,
            count_level=Level.E1,
            reveal_level=Level.E1,
            count_hold_s=604_800,
            open_proposals_per_credit=3,
            proposals_per_day=50,
            issuer_cap=10 if members < CAPPED_FROM_MEMBERS else 5,
            return_cap=1,
            credit_life=365,
            batch_min=10,
        )


class Consortium(Value):
    """One version of ``consortium.json``."""

    v: Literal[1]
    consortium: Text
    version: Positive
    prev_sha256: HashHex | None = None
    issued: Time
    expires: Time
    board: Board
    min_protocol: Positive
    witnesses: Annotated[tuple[Text, ...], Field(max_length=32)]
    witness_quorum: Natural
    params: Params
    members: Annotated[tuple[Member, ...], Field(min_length=1, max_length=MAX_MEMBERS)]

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if (self.prev_sha256 is None) != (self.version == 1):
            raise ValueError("prev_sha256 stands exactly from version 2 on")
        if not self.issued < self.expires <= self.issued + MAX_AGE_S:
            raise ValueError("expires at most 90 days after issued")
        for name in ("id", "corporate_number", "url", "org_key"):
            if len({getattr(member, name) for member in self.members}) != len(self.members):
                raise ValueError(f"two members with one {name}")
        if self.witness_quorum > len(self.active()) - 1 + len(self.witnesses):
            raise ValueError("witness quorum can never be met")
        for text in self.witnesses:
            _check_witness(text)
        return self

    def member(self, member_id: MemberId) -> Member:
        """Return the member of that id, whatever its status.

        Raises:
            UntrustedError: there is none.
        """
        for member in self.members:
            if member.id == member_id:
                return member
        raise UntrustedError("not a member")

    def is_member(self, member_id: MemberId) -> bool:
        """Tell whether the id is listed, whatever the status."""
        return any(member.id == member_id for member in self.members)

    def active(self, *, besides: MemberId | None = None) -> tuple[Member, ...]:
        """Return the active members in the order of the file, without *besides*."""
        return tuple(
            member for member in self.members if member.status == "active" and member.id != besides
        )

    def check_current(self, *, now: int) -> None:
        """Return while disclosures may go on under this version.

        Raises:
            ExpiredError: it has expired; only withdrawals and deletions go on.
        """
        if now >= self.expires:
            raise ExpiredError("the membership has expired")


def default_quorum(witnesses: int) -> int:
    """Return floor(n/2) + 1 of n other members and external witnesses, 0 of none."""
    return min(witnesses, witnesses // 2 + 1)


def fingerprint(first: Consortium) -> str:
    """Return ``cs``: the hash of version 1, in hex.

    Raises:
        MalformedError: it is a later version.
    """
    if first.version != 1:
        raise MalformedError("only version 1 has the fingerprint")
    return first.digest().hex()


def accept_first(signed: Signed, cs: str) -> Consortium:
    """Return version 1, trusted because its hash is *cs* and its board signed.

    Raises:
        MalformedError: another hash, too few signatures, or another form.
    """
    if signed.digest.hex() != cs:
        raise MalformedError("this version 1 has another fingerprint")
    first = Consortium.parse(signed.doc)
    if first.version != 1:
        raise MalformedError("not version 1")
    _check_protocol(first)
    first.board.check_decided(signed.verify(first.board.verify_keys()))
    return first


def accept_next(current: Consortium, signed: Signed, *, now: int) -> Consortium:
    """Return the version after *current*.

    Whether it has expired is asked of the newest version alone, by ``check_current``:
    who was away for longer than one version lasts must still come through the chain.

    Raises:
        MalformedError: not the next of this chain, too few signatures for the board
            of either version, issued in the future, or another form.
    """
    # The new board is only read here; nothing of it counts before both have signed.
    following = Consortium.parse(signed.doc)
    if following.version != current.version + 1:
        raise MalformedError("not the next version")
    if following.prev_sha256 != current.digest().hex():
        raise MalformedError("not made from the current version")
    signers = signed.verify({**current.board.verify_keys(), **following.board.verify_keys()})
    current.board.check_decided(signers)
    following.board.check_decided(signers)
    _check_protocol(following)
    if following.consortium != current.consortium:
        raise MalformedError("another name")
    if not current.issued <= following.issued <= now + CLOCK_SKEW_S:
        raise MalformedError("issued before the current version or in the future")
    # A company that left still owes deletion receipts, and its log is still read.
    if not {member.id for member in current.members} <= {member.id for member in following.members}:
        raise MalformedError("a member vanished")
    return following


def _by_id(purpose: str, texts: list[str]) -> Mapping[KeyId, VerifyKey]:
    keys = [verify_key(text) for text in texts]
    return {key_id(purpose, key.raw): key for key in keys}


def _check_protocol(consortium: Consortium) -> None:
    if consortium.min_protocol > PROTOCOL_VERSION:
        raise MalformedError("the consortium needs a newer protocol")


def _check_witness(text: str) -> None:
    try:
        Verifier.parse(text)
    except MalformedError as error:
        raise ValueError("not a verifier key") from error
