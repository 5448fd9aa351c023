"""A node's own document: where it is, under which law it acts, which keys it uses (PROTOCOL 5).

It is signed by the member's offline key (purpose ``org``), which ``consortium.json``
vouches for. Descriptors carry a number; a lower one never replaces a higher one.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from crypto.ed25519 import VerifyKey
from protocol.document import Signed
from protocol.errors import ConflictError, ExpiredError, MalformedError
from protocol.identifiers import MAX_INTEGER, HashHex, Id, KeyId, Origin, Time, key_id
from protocol.log.note import COSIGNATURE_V1, ED25519, Verifier
from protocol.membership import Member
from protocol.public_key import PublicKey, verify_key
from protocol.value import Value

MAX_AGE_S = 90 * 86400  # of a descriptor and of a key

LegalMode = Literal["agency", "free-permit", "info-provision", "own-group", "sandbox"]
Purpose = Literal["http", "document", "log", "witness"]

# Two keys of these may overlap, so that a new one is known before the old one ends.
# A log and a witness have one name and are read under one key.
_MOST: Mapping[Purpose, int] = {"http": 2, "document": 2, "log": 1, "witness": 1}
_LICENSED = ("agency", "free-permit", "info-provision")


def log_origin(host: str) -> Origin:
    """Return the name of the log of the node at *host*."""
    return Origin(f"{host}/tasuki/v1/log/0001")


def witness_name(host: str) -> str:
    """Return the name under which the node at *host* cosigns others' checkpoints."""
    return f"{host}/tasuki/v1/witness"


class DescribedKey(Value):
    """One online key and the time in which it may sign: from *start*, before *until*."""

    model_config = ConfigDict(validate_by_name=True)

    purpose: Purpose
    alg: Literal["ed25519"]
    key: PublicKey
    start: Time = Field(alias="from")
    until: Time

    @model_validator(mode="after")
    def _is_short_lived(self) -> Self:
        if not self.start < self.until <= self.start + MAX_AGE_S:
            raise ValueError("a key lives at most 90 days")
        return self

    @property
    def verify_key(self) -> VerifyKey:
        """The key itself."""
        return verify_key(self.key)

    @property
    def id(self) -> KeyId:
        """The name under which it signs."""
        return key_id(self.purpose, self.verify_key.raw)


class Descriptor(Value):
    """One numbered description of a member's node."""

    model_config = ConfigDict(validate_by_name=True)

    v: Literal[1]
    cs: HashHex
    member: Id
    number: Annotated[int, Field(ge=1, le=MAX_INTEGER)]
    issued: Time
    expires: Time
    host: Annotated[str, Field(pattern=r"\A[a-z0-9.:-]{1,255}\z")]
    legal_mode: LegalMode
    licence: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    listed: Annotated[tuple[DescribedKey, ...], Field(alias="keys", max_length=6)]

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if not self.issued < self.expires <= self.issued + MAX_AGE_S:
            raise ValueError("expires at most 90 days after issued")
        if (self.licence is not None) != (self.legal_mode in _LICENSED):
            raise ValueError("a licence stands exactly where the legal mode needs one")
        if len({entry.key for entry in self.listed}) != len(self.listed):
            raise ValueError("one key for two purposes")
        for purpose, most in _MOST.items():
            if not 1 <= len(self.keys(purpose)) <= most:
                raise ValueError(f"too few or too many {purpose} keys")
        return self

    @property
    def origin(self) -> Origin:
        """The name of the node's log."""
        return log_origin(self.host)

    @property
    def witness_name(self) -> str:
        """The name under which the node cosigns others' checkpoints."""
        return witness_name(self.host)

    def keys(self, purpose: Purpose) -> Mapping[KeyId, VerifyKey]:
        """Return the listed keys of *purpose* by their id, in force or not."""
        return {entry.id: entry.verify_key for entry in self.listed if entry.purpose == purpose}

    def http_keys(self, at: int) -> Mapping[KeyId, VerifyKey]:
        """Return the `http` keys that have not ended at *at*, by their id.

        A start ahead of our clock is no fault: two nodes' clocks differ by a little.
        """
        return {
            entry.id: entry.verify_key
            for entry in self.listed
            if entry.purpose == "http" and at < entry.until
        }

    def key(self, purpose: Purpose, at: int) -> DescribedKey:
        """Return the key of *purpose* that signs at *at*, the youngest of two.

        Raises:
            ExpiredError: none is in force.
        """
        fit = [
            entry
            for entry in self.listed
            if entry.purpose == purpose and entry.start <= at < entry.until
        ]
        if not fit:
            raise ExpiredError(f"no {purpose} key is in force")
        return max(fit, key=lambda entry: entry.start)

    def document_key(self, signed: Signed) -> DescribedKey:
        """Return the document key that made the one signature of *signed*.

        Raises:
            MalformedError: it has several signatures, or none of a document key.
        """
        if len(signed.sigs) != 1:
            raise MalformedError("a node signs with one key")
        signed.verify(self.keys("document"))
        return next(entry for entry in self.listed if entry.id == signed.sigs[0].key)

    def log_verifier(self) -> Verifier:
        """Return the key under which the checkpoints of this node's log are read."""
        return Verifier(self.origin, ED25519, self._only("log"))

    def witness_verifier(self) -> Verifier:
        """Return the key under which this node's cosignatures are read."""
        return Verifier(self.witness_name, COSIGNATURE_V1, self._only("witness"))

    def check_current(self, *, now: int) -> None:
        """Return while the descriptor may be relied on for new acts.

        Raises:
            ExpiredError: it has expired.
        """
        if now >= self.expires:
            raise ExpiredError("the descriptor has expired")

    def _only(self, purpose: Purpose) -> bytes:
        return next(key.raw for key in self.keys(purpose).values())


def accept(signed: Signed, member: Member, cs: str) -> Descriptor:
    """Return the descriptor that *member* signed for the consortium *cs*.

    Raises:
        MalformedError: signature or form is wrong, or it speaks of another member,
            consortium or host.
    """
    signed.verify(member.org_keys())
    descriptor = Descriptor.parse(signed.doc)
    if descriptor.member != member.id or descriptor.cs != cs:
        raise MalformedError("descriptor of another member or consortium")
    if descriptor.host != member.host:
        raise MalformedError("descriptor of another host")
    if member.org_key in {entry.key for entry in descriptor.listed}:
        raise MalformedError("the offline key is used online")
    return descriptor


def accept_next(current: Descriptor, signed: Signed, member: Member) -> Descriptor:
    """Return the descriptor that replaces *current*.

    Raises:
        MalformedError: as :func:`accept`.
        ConflictError: its number is not higher: an old one served again, or two of one.
    """
    following = accept(signed, member, current.cs)
    if following.number <= current.number:
        raise ConflictError("not a newer descriptor")
    return following
