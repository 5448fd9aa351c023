"""The relay as the company sees it: balances, flows, peers, its own log, deletions (PROTOCOL 4, 7).

Only what this node itself verified or signed; nothing here names a person.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from crypto import canonical_json
from node.clock import Clock, seconds
from node.i18n import from_seconds, local_day
from node.services.ledger import Ledger
from node.services.withdrawals import MatrixRow, Withdrawals
from node.storage import peers, relay, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from protocol.claim_life import State as ClaimState
from protocol.delivery import State as Cell
from protocol.directory import Directory
from protocol.identifiers import MemberId, Origin
from protocol.ledger_state import Balance, Tally
from protocol.log.leaf import Leaf
from protocol.log.note import Note
from protocol.membership import LocalName, Params

MOVES_SHOWN: Final = 50  # the newest leaves of the own ledger
_FEWEST_WATCHERS: Final = 3  # whoever reads, somebody else must be able to compare


class PeerState(StrEnum):
    """How this node stands with another member."""

    FRESH = "fresh"
    STALE = "stale"  # the last poll failed, or no lease is valid: its tokens rest
    NEVER = "never"
    FORKED = "forked"


@dataclass(frozen=True, slots=True)
class MemberBalance:
    """A member's ledger as folded here, up to *size* entries of its log."""

    name: LocalName
    is_own: bool
    size: int
    balance: Balance

    @property
    def free(self) -> int:
        """Return how many credits live that nothing holds."""
        return max(0, self.balance.living - self.balance.open_holds)


@dataclass(frozen=True, slots=True)
class Claims:
    """What became of this company's claims at one peer."""

    waiting: int
    counted: int
    refused: int
    silent: int


@dataclass(frozen=True, slots=True)
class PeerView:
    """One other member: *arrived* tokens held now, *receipted* claims of its people."""

    name: LocalName
    state: PeerState
    arrived: int
    receipted: int
    claims: Claims
    size: int | None  # of its log in the mirror
    reached_at: datetime | None
    lease_until: datetime | None


@dataclass(frozen=True, slots=True)
class MoveView:
    """One leaf of the own ledger; *kind* as in protocol.ledger."""

    kind: str
    day: date
    index: int


@dataclass(frozen=True, slots=True)
class OwnLogView:
    """The own log; *witnessed* is the size of the newest head with a quorum."""

    origin: Origin
    size: int
    witnessed: int
    quorum: int
    witnesses: tuple[LocalName, ...]  # members among those who cosigned that head


@dataclass(frozen=True, slots=True)
class DeletionView:
    """One ended token at one receiver."""

    name: LocalName
    asked: date
    state: Cell
    deleted_on: date | None


@dataclass(frozen=True, slots=True)
class RelayView:
    """All of it at one moment."""

    made_at: datetime
    ratio: int  # counts that make a credit
    missing: int  # the fewest counts until the next credit
    own: MemberBalance
    balances: tuple[MemberBalance, ...]
    peers: tuple[PeerView, ...]
    moves: tuple[MoveView, ...]
    log: OwnLogView
    deletions: tuple[DeletionView, ...]
    is_split_possible: bool  # nobody could notice two histories shown to third parties


@dataclass(frozen=True, slots=True)
class Relay:
    """Reads; changes nothing."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    ledger: Ledger
    withdrawals: Withdrawals

    def view(self) -> RelayView:
        """Return how the relay stands now.

        Raises:
            UntrustedError: this node belongs to no consortium yet.
        """
        matrix = self.withdrawals.matrix()
        with self.db.read() as tx:
            directory = self.members.directory(tx)
            consortium = directory.current
            balances = self._balances(tx, directory)
            _, state = self.ledger.fold(tx, self.me)
            return RelayView(
                made_at=self.clock.now(),
                ratio=consortium.params.relay_ratio,
                missing=_missing(state.tally, consortium.params),
                own=next(found for found in balances if found.is_own),
                balances=balances,
                peers=self._peers(tx, directory),
                moves=_moves(tx, directory.origin(self.me), self.me),
                log=self._log(tx, directory),
                deletions=tuple(_deletion(directory, row) for row in matrix),
                is_split_possible=(
                    len(consortium.active()) + len(consortium.witnesses) < _FEWEST_WATCHERS
                ),
            )

    def _balances(self, tx: Tx, directory: Directory) -> tuple[MemberBalance, ...]:
        found = []
        for member in directory.current.members:
            if member.id in directory.descriptors:
                size, balance = self.ledger.balance(tx, MemberId(member.id))
                found.append(MemberBalance(member.name, member.id == self.me, size, balance))
        return tuple(found)

    def _peers(self, tx: Tx, directory: Directory) -> tuple[PeerView, ...]:
        arrived, receipts = relay.live_tokens(tx), relay.receipts(tx)
        claims = relay.claims(tx)
        return tuple(
            self._peer(tx, directory, MemberId(member.id), arrived, receipts, claims)
            for member in directory.current.members
            if member.id != self.me
        )

    def _peer(
        self,
        tx: Tx,
        directory: Directory,
        member: MemberId,
        arrived: Mapping[str, int],
        receipts: Mapping[str, int],
        claims: Mapping[tuple[str, str], int],
    ) -> PeerView:
        row = peers.known(tx, member)
        known = member in directory.descriptors
        reached = 0 if row is None else row.reached_at
        until = 0 if row is None else row.valid_until
        return PeerView(
            name=directory.member(member).name,
            state=self._state(tx, member),
            arrived=arrived.get(member, 0),
            receipted=receipts.get(member, 0),
            claims=_claims(claims, member),
            size=trees.size(tx, directory.origin(member)) if known else None,
            reached_at=from_seconds(reached) if reached else None,
            lease_until=from_seconds(until) if until else None,
        )

    def _state(self, tx: Tx, member: str) -> PeerState:
        row = peers.known(tx, member)
        if row is not None and row.forked:
            return PeerState.FORKED
        if row is None or not row.reached_at:
            return PeerState.NEVER
        is_stale = row.failures > 0 or row.valid_until <= seconds(self.clock.now())
        return PeerState.STALE if is_stale else PeerState.FRESH

    def _log(self, tx: Tx, directory: Directory) -> OwnLogView:
        origin = directory.origin(self.me)
        head = trees.head(tx, origin, "witnessed")
        lines = () if head is None else Note.parse(head.note).signatures
        others = directory.current.active(besides=self.me)
        return OwnLogView(
            origin=origin,
            size=trees.size(tx, origin),
            witnessed=0 if head is None else head.size,
            quorum=directory.current.witness_quorum,
            witnesses=tuple(
                other.name
                for other in others
                if any(
                    line.is_by(key)
                    for key in directory.witness_verifiers(other.id)
                    for line in lines
                )
            ),
        )


def _claims(claims: Mapping[tuple[str, str], int], member: str) -> Claims:
    found = {state: number for (receiver, state), number in claims.items() if receiver == member}
    return Claims(
        waiting=found.get(ClaimState.PLANNED, 0) + found.get(ClaimState.SENT, 0),
        counted=found.get(ClaimState.COUNTED, 0),
        refused=found.get(ClaimState.REFUSED, 0),
        silent=found.get(ClaimState.SILENT, 0),
    )


def _moves(tx: Tx, origin: str, member: str) -> tuple[MoveView, ...]:
    moves = []
    for index, payload, evidence in relay.latest_moves(tx, origin, member, limit=MOVES_SHOWN):
        body = canonical_json.loads(evidence)
        if isinstance(body, dict):
            day = date.fromisoformat(Leaf.parse(payload).day)
            moves.append(MoveView(str(body["kind"]), day, index))
    return tuple(moves)


def _missing(tally: Tally, params: Params) -> int:
    """Return how many counts, of issuers with room, make the next credit."""
    unused: Counter[str] = Counter()
    for run in tally.unused:
        unused[run.issuer] += run.counts
    return params.relay_ratio - sum(min(count, params.issuer_cap) for count in unused.values())


def _deletion(directory: Directory, row: MatrixRow) -> DeletionView:
    return DeletionView(
        name=directory.member(row.receiver).name,
        asked=local_day(from_seconds(row.ended_at)),
        state=row.state,
        deleted_on=None if row.deleted_on is None else date.fromisoformat(row.deleted_on),
    )
