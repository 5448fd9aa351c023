"""Leaves: the entries of a node's log, fit for the whole world to read (PROTOCOL 1 and 3).

    {"c":<64 hex>,"day":"2026-04-01","id":<32 hex>,"kind":"token.publish","mv":3,"v":1}

`token.withdraw` has `ref` in place of `c`, the public kinds have `body`.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from protocol.errors import MalformedError
from protocol.identifiers import Count, Day, HashHex, Id, LogOrigin
from protocol.log.checkpoint import Checkpoint
from protocol.log.note import Note
from protocol.value import Value

MAX_LEAF_BYTES = 8 * 1024
MAX_WITHDRAWN = 200


class LeafKind(StrEnum):
    """All that an outsider learns of what a leaf is about."""

    LOG_OPEN = "log.open"
    MEMBER_ACCEPT = "member.accept"
    EVIDENCE_FORK = "evidence.fork"
    TOKEN_PUBLISH = "token.publish"  # noqa: S105 - the protocol's token, no password
    TOKEN_WITHDRAW = "token.withdraw"  # noqa: S105 - as above
    LEDGER = "ledger"
    ENTRY = "entry"


class LogOpen(Value):
    """The first leaf: which log this is and in which consortium."""

    origin: LogOrigin
    cs: HashHex


class MemberAccept(Value):
    """The version of `consortium.json` that the node follows from here on."""

    version: Count
    sha256: HashHex


class EvidenceFork(Value):
    """Two notes of one log that contradict each other, as their texts."""

    origin: LogOrigin
    notes: tuple[str, str]

    @model_validator(mode="after")
    def _are_notes_of_the_log(self) -> Self:
        try:
            heads = [Checkpoint.parse(Note.parse(note.encode()).text) for note in self.notes]
        except MalformedError as error:
            raise ValueError("not two checkpoints") from error
        if heads[0] == heads[1] or any(head.origin != self.origin for head in heads):
            raise ValueError("not two heads of that log")
        return self


PublicBody = LogOpen | MemberAccept | EvidenceFork

_BODIES: dict[LeafKind, type[Value]] = {
    LeafKind.LOG_OPEN: LogOpen,
    LeafKind.MEMBER_ACCEPT: MemberAccept,
    LeafKind.EVIDENCE_FORK: EvidenceFork,
}


class Leaf(Value):
    """One entry of the log; :meth:`canonical` are its bytes."""

    v: Literal[1] = 1
    kind: LeafKind
    id: Id
    day: Day
    mv: Count
    c: HashHex | None = None
    ref: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MAX_WITHDRAWN)] | None = None
    body: PublicBody | None = None

    @model_validator(mode="after")
    def _has_the_part_of_its_kind(self) -> Self:
        expected = _BODIES.get(self.kind)
        if expected is not None:
            fits = isinstance(self.body, expected) and self.c is None and self.ref is None
        elif self.kind is LeafKind.TOKEN_WITHDRAW:
            fits = self.ref is not None and self.c is None and self.body is None
        else:
            fits = self.c is not None and self.ref is None and self.body is None
        if not fits:
            raise ValueError("not the fields of that kind")
        if self.ref is not None and len(set(self.ref)) != len(self.ref):
            raise ValueError("a token named twice")
        return self

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Return the leaf that the entry bytes spell.

        Raises:
            MalformedError: more than 8 KiB, an unknown kind, or not the fields of its kind.
        """
        if len(payload) > MAX_LEAF_BYTES:
            raise MalformedError("leaf is too large")
        return super().parse(payload)


def publish(leaf_id: str, c: str, day: str, mv: int) -> Leaf:
    """Return the leaf of a token, whose id is the leaf's; *c* is the body's commitment."""
    return Leaf(kind=LeafKind.TOKEN_PUBLISH, id=leaf_id, day=day, mv=mv, c=c)


def withdraw(leaf_id: str, ref: Iterable[str], day: str, mv: int) -> Leaf:
    """Return the leaf that ends the tokens *ref*, at most 200, in sorted order."""
    # The order in which they were issued would tell which token is whose.
    tokens = tuple(sorted(ref))
    return Leaf(kind=LeafKind.TOKEN_WITHDRAW, id=leaf_id, day=day, mv=mv, ref=tokens)


def ledger(leaf_id: str, c: str, day: str, mv: int) -> Leaf:
    """Return the leaf of a ledger body."""
    return Leaf(kind=LeafKind.LEDGER, id=leaf_id, day=day, mv=mv, c=c)


def entry(leaf_id: str, c: str, day: str, mv: int) -> Leaf:
    """Return the leaf of any other body, whose kind stands only inside it."""
    return Leaf(kind=LeafKind.ENTRY, id=leaf_id, day=day, mv=mv, c=c)


def log_open(leaf_id: str, origin: str, cs: str, day: str, mv: int) -> Leaf:
    """Return the first leaf of the log *origin* in the consortium *cs*."""
    body = LogOpen(origin=origin, cs=cs)
    return Leaf(kind=LeafKind.LOG_OPEN, id=leaf_id, day=day, mv=mv, body=body)


def member_accept(leaf_id: str, version: int, sha256: str, day: str, mv: int) -> Leaf:
    """Return the leaf that adopts *version* of the membership with that hash."""
    body = MemberAccept(version=version, sha256=sha256)
    return Leaf(kind=LeafKind.MEMBER_ACCEPT, id=leaf_id, day=day, mv=mv, body=body)


def evidence_fork(leaf_id: str, origin: str, notes: tuple[str, str], day: str, mv: int) -> Leaf:
    """Return the leaf that shows two heads of *origin* that contradict each other."""
    body = EvidenceFork(origin=origin, notes=notes)
    return Leaf(kind=LeafKind.EVIDENCE_FORK, id=leaf_id, day=day, mv=mv, body=body)
