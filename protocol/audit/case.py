"""A bundle laid out for its checks: leaves with what opens them, envelopes with their leaves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from crypto import merkle
from protocol.audit.bundle import Bundle
from protocol.audit.records import (
    ConsentRecord,
    ForeignRecord,
    HeaderRecord,
    TokenRecord,
)
from protocol.body import Opening
from protocol.directory import Directory
from protocol.document import Signed
from protocol.envelope import Envelope, EnvelopeAnswer
from protocol.errors import MembershipAheadError
from protocol.ledger_context import LedgerContext
from protocol.ledger_fold import fold, void
from protocol.ledger_state import LedgerState
from protocol.log.leaf import Leaf, LeafKind
from protocol.messages import Message
from protocol.messages.body import BodyFetch
from protocol.value import Value

_Content = TypeVar("_Content")


@dataclass(frozen=True, slots=True)
class Opened:
    """A leaf at its place; *content* is its evidence, its ledger body, or nothing."""

    index: int
    leaf: Leaf
    opening: Opening | None = None
    content: Value | None = None
    past: bool = False

    @property
    def id(self) -> str:
        """The leaf's id."""
        return self.leaf.id


@dataclass(frozen=True, slots=True)
class Posted:
    """An envelope at the place of its `doc.out` or `doc.in`, and what it says."""

    index: int
    leaf_id: str
    signed: Signed
    envelope: Envelope
    message: Message
    answer: EnvelopeAnswer | None


@dataclass(frozen=True, slots=True)
class Request:
    """A signed request for bodies."""

    sender: str
    fetch: BodyFetch


@dataclass(frozen=True, slots=True)
class Tree:
    """The Merkle tree over the entries of the bundle."""

    size: int
    subtrees: Mapping[tuple[int, int], bytes] = field(repr=False)

    @classmethod
    def over(cls, entries: tuple[bytes, ...]) -> "Tree":
        """Return the tree whose leaves are *entries*."""
        subtrees: dict[tuple[int, int], bytes] = {}
        for index, entry in enumerate(entries):
            leaf = merkle.leaf_hash(entry)
            for level, place, digest in merkle.completed(
                index, leaf, lambda level, place: subtrees[level, place]
            ):
                subtrees[level, place] = digest
        return cls(len(entries), subtrees)

    def root(self, size: int) -> bytes:
        """Return the root over the first *size* entries, of which there are enough."""
        return merkle.root(size, lambda level, place: self.subtrees[level, place])


@dataclass(frozen=True, slots=True)
class Folded:
    """The state after the last leaf that could be folded, and what became of each."""

    state: LedgerState
    effective: frozenset[str]  # leaf ids
    void: tuple[str, ...]
    is_whole: bool  # no body and no version of the membership was missing


def fold_ledger(
    leaves: tuple[Opened, ...], by_id: Mapping[str, Opened], context: LedgerContext
) -> Folded:
    """Return the fold of the `ledger` leaves among *leaves*; *by_id* has the first of each id."""
    state = LedgerState()
    effective = set[str]()
    voids: list[str] = []
    is_whole = True
    for opened in leaves:
        if opened.leaf.kind is not LeafKind.LEDGER:
            continue
        if by_id[opened.id] is not opened:
            state = void(state, opened.leaf)
            voids.append(opened.id)
            continue
        if opened.opening is None:
            is_whole = False
            break
        try:
            state, reason = fold(state, opened.leaf, opened.opening.ev, context)
        except MembershipAheadError:
            is_whole = False
            break
        if reason is None:
            effective.add(opened.id)
        else:
            voids.append(opened.id)
    return Folded(state, frozenset(effective), tuple(voids), is_whole)


@dataclass(frozen=True, slots=True)
class Case:
    """All that the checks read."""

    bundle: Bundle
    header: HeaderRecord
    directory: Directory
    tree: Tree
    leaves: tuple[Opened, ...]
    by_id: Mapping[str, Opened]  # the first leaf of each id
    withdrawn: Mapping[str, int]  # token id to the index of its first withdrawal
    consents: Mapping[str, ConsentRecord]
    tokens: Mapping[str, TokenRecord]
    outs: tuple[Posted, ...]
    ins: tuple[Posted, ...]
    requests: Mapping[str, Request]  # by hash
    foreign: Mapping[str, ForeignRecord]  # by the id of the fetch
    folded: Folded

    @property
    def owner(self) -> str:
        """The member whose bundle it is."""
        return self.header.node

    def all(self, kind: type[_Content]) -> Iterator[tuple[Opened, _Content]]:
        """Return every leaf whose content is of *kind*, by index, with that content."""
        for opened in self.leaves:
            if isinstance(opened.content, kind):
                yield opened, opened.content

    def find(self, leaf_id: str, kind: type[_Content]) -> tuple[Opened, _Content] | None:
        """Return the leaf of that id if its content is of *kind*."""
        opened = self.by_id.get(leaf_id)
        if opened is not None and isinstance(opened.content, kind):
            return opened, opened.content
        return None


def messages(posted: tuple[Posted, ...], kind: type[_Content]) -> Iterator[tuple[Posted, _Content]]:
    """Return the envelopes whose message is of *kind*, with that message."""
    for item in posted:
        if isinstance(item.message, kind):
            yield item, item.message
