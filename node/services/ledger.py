"""The relay ledger as this node reads and writes it: fold first, then append (PROTOCOL 7)."""

from dataclasses import dataclass

from node.services.log import Log
from node.storage import bodies, ledgers, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.tree import Entry
from protocol import ledger_fold
from protocol.errors import LogBehindError, MembershipAheadError
from protocol.identifiers import MemberId, new_id
from protocol.leaf_place import LeafPlace
from protocol.ledger import LedgerBody
from protocol.ledger_state import Balance, LedgerState
from protocol.log import leaf as leaves
from protocol.log.leaf import Leaf, LeafKind


@dataclass(frozen=True, slots=True)
class Ledger:
    """Folds every member's ledger and appends to this node's own."""

    db: Database
    members: Members
    me: MemberId
    log: Log

    def fold(self, tx: Tx, member: MemberId) -> tuple[int, LedgerState]:
        """Return a member's ledger, and the size of its log up to which it is folded.

        The fold stops before the first leaf whose body or version of the membership is not
        held here.
        """
        origin = self.members.directory(tx).origin(member)
        start, state = ledgers.load(tx, origin)
        size = trees.size(tx, origin)
        if start == size:
            return size, state
        end, state = self._further(tx, member, state, start, size)
        return end, state

    def append(self, tx: Tx, body: LedgerBody) -> LeafPlace:
        """Append an effective leaf to this node's ledger.

        Raises:
            VoidLeafError: it would change nothing.
        """
        _, state = self.fold_and_keep(tx, self.me)
        day = state.leaf_day(self.log.today(tx))
        directory = self.members.directory(tx)
        context = directory.ledger_context(self.me)
        # Only day and version count for the question; the id is new in any case.
        asked = leaves.ledger(new_id(), "0" * 64, day, directory.current.version)
        ledger_fold.effective(state, asked, body.to_json(), context)
        return self.log.ledger(tx, body, day=day)

    def fold_and_keep(self, tx: Tx, member: MemberId) -> tuple[int, LedgerState]:
        """Return as :meth:`fold`, and keep the state for the next time."""
        origin = self.members.directory(tx).origin(member)
        start, _ = ledgers.load(tx, origin)
        size, state = self.fold(tx, member)
        if size > start:
            ledgers.save(tx, origin, size, state)
            _, state = ledgers.load(tx, origin)
        return size, state

    def state_at(self, tx: Tx, member: MemberId, size: int) -> LedgerState:
        """Return a member's ledger folded at least up to *size*.

        Raises:
            LogBehindError: a body below that size is not held here yet.
        """
        folded, state = self.fold_and_keep(tx, member)
        if folded < size:
            raise LogBehindError("a ledger body is not read yet")
        return state

    def balance(self, tx: Tx, member: MemberId) -> tuple[int, Balance]:
        """Return a member's balance today and the size of the log it speaks of."""
        size, state = self.fold(tx, member)
        return size, state.balance(state.leaf_day(self.log.today(tx)))

    def _further(
        self, tx: Tx, member: MemberId, state: LedgerState, start: int, size: int
    ) -> tuple[int, LedgerState]:
        directory = self.members.directory(tx)
        context = directory.ledger_context(member)
        for entry in trees.of_kinds(tx, directory.origin(member), [LeafKind.LEDGER], start):
            leaf = Leaf.parse(entry.payload)
            if _repeats(tx, entry):
                state = ledger_fold.void(state, leaf)
                continue
            opening = bodies.evidence(tx, member, entry.leaf_id)
            if opening is None:
                return entry.idx, state
            try:
                state, _ = ledger_fold.fold(state, leaf, opening.ev, context)
            except MembershipAheadError:
                return entry.idx, state
        return size, state


def _repeats(tx: Tx, entry: Entry) -> bool:
    """Tell whether an earlier leaf of that log has the same id."""
    first = trees.entry_of(tx, entry.origin, entry.leaf_id)
    return first is not None and first.idx < entry.idx
