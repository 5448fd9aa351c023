"""The peers' tokens and ledgers as they are received, and erased when they end (PROTOCOL 4)."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from node.clock import Clock, day_of, seconds
from node.peers.client import PeerClient
from node.services.feed import Feed
from node.services.outbox import Outbox
from node.storage import bodies, peer_tokens, peers, proposals, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.peer import WantedBody
from node.storage.tables.peer_token import PeerToken
from node.transport import UnreachableError
from protocol.body import Opening
from protocol.document import Signed
from protocol.errors import MalformedError
from protocol.identifiers import MemberId
from protocol.log.leaf import Leaf, LeafKind
from protocol.messages.body import MAX_LEAVES, BodyAnswer, BodyFetch
from protocol.messages.deletion import DeleteReceipt
from protocol.status import open_status
from protocol.token import open_token

log = logging.getLogger(__name__)

FETCH_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Received:
    """Applies the leaves of the peers' logs and asks for the bodies behind them."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    client: PeerClient
    outbox: Outbox

    def apply(self, tx: Tx, member: MemberId, index: int, leaf: Leaf) -> None:
        """Take note of one verified leaf; called in the transaction that mirrors it."""
        match leaf.kind:
            case LeafKind.TOKEN_PUBLISH | LeafKind.LEDGER:
                origin = self.members.directory(tx).origin(member)
                first = trees.entry_of(tx, origin, leaf.id)
                # A leaf that repeats an id of its log is void and opens nothing.
                if first is not None and first.idx == index:
                    peers.want(tx, member, leaf.id, index, leaf.kind)
            case LeafKind.TOKEN_WITHDRAW:
                for token_id in leaf.ref or ():
                    self._withdrawn(tx, member, token_id)
            case (
                LeafKind.LOG_OPEN | LeafKind.MEMBER_ACCEPT | LeafKind.EVIDENCE_FORK | LeafKind.ENTRY
            ):
                pass

    def end_all(self, tx: Tx, member: MemberId) -> None:
        """Treat every token of an origin as withdrawn, since its log cannot be believed."""
        for token in peer_tokens.of_member(tx, member):
            self._erase(tx, member, token.id, held=True)

    def take(self, feed: Feed, member: MemberId) -> int:
        """Ask a peer for the bodies that are wanted; return how many came."""
        with self.db.read() as tx:
            ranges = _ranges(peers.wanted(tx, member))
            origin = self.members.directory(tx).origin(member)
        return sum(
            self._fetch(feed, member, BodyFetch(log=origin, start=first, end=end))
            for first, end in ranges
        )

    def renew_lease(self, feed: Feed, member: MemberId) -> None:
        """Ask a peer for its signed status; without a valid one its tokens rest."""
        answer = self.client.ask(feed.peer(member), "/status")
        if not answer.is_ok:
            raise UnreachableError(f"answered {answer.status}")
        now = seconds(self.clock.now())
        with self.db.begin() as tx:
            directory = self.members.directory(tx)
            lease_s = directory.current.params.lease_s
            status = open_status(
                Signed.parse(answer.body), directory.descriptor(member), lease_s=lease_s
            )
            status.check_valid(now=now)
            peers.set_lease(tx, member, answer.body, size=status.size, until=status.valid_until)

    def expire_due(self) -> int:
        """Erase the peers' tokens whose time is over; return how many."""
        with self.db.begin() as tx:
            over = peer_tokens.past(tx, now=seconds(self.clock.now()))
            for token in over:
                self._erase(tx, MemberId(token.member), token.id, held=True)
        if over:
            self.db.forget()
        return len(over)

    def _fetch(self, feed: Feed, member: MemberId, asked: BodyFetch) -> int:
        now = self.clock.now()
        with self.db.begin() as tx:
            envelope, signed = self.outbox.ask(tx, member, asked, exp=seconds(now + FETCH_LIFE))
            for wanted in peers.wanted(tx, member):
                if asked.start <= wanted.idx < asked.end:
                    wanted.asked = True
        answer = self.client.post(feed.peer(member), "/bodies", signed.encode())
        if not answer.is_ok:
            raise UnreachableError(f"answered {answer.status}")
        found = BodyAnswer.parse(answer.body)
        with self.db.begin() as tx:
            directory = self.members.directory(tx)
            directory.descriptor(member).document_key(found.signed)
            listed, opened = found.bodies(asked, envelope.digest())
            for wanted in peers.wanted(tx, member):
                if asked.start <= wanted.idx < listed.end:
                    self._keep(tx, member, wanted, opened.get(wanted.leaf_id))
        return len(opened)

    def _keep(self, tx: Tx, member: MemberId, wanted: WantedBody, opening: Opening | None) -> None:
        """Keep a body whose leaf stands in the mirror; what is absent is not asked for again."""
        entry = trees.entry_at(tx, self.members.directory(tx).origin(member), wanted.idx)
        if entry is None:
            raise MalformedError("a body of a leaf that was not read")
        leaf = Leaf.parse(entry.payload)
        if opening is None:
            # A ledger body is owed by its log for ever; a token is absent for good.
            if leaf.kind is LeafKind.TOKEN_PUBLISH:
                peers.unwant(tx, member, wanted.leaf_id)
            return
        opening.check(leaf.c or "")
        if leaf.kind is LeafKind.TOKEN_PUBLISH:
            self._keep_token(tx, member, wanted, leaf, opening)
        bodies.put(tx, leaf.id, member, opening)
        peers.unwant(tx, member, wanted.leaf_id)

    def _keep_token(
        self, tx: Tx, member: MemberId, wanted: WantedBody, leaf: Leaf, opening: Opening
    ) -> None:
        evidence, values = open_token(opening, leaf.c or "")
        if evidence.to != self.me:
            raise MalformedError("a token for another member")
        tx.add(
            PeerToken.new(
                id=leaf.id,
                member=member,
                idx=wanted.idx,
                level=str(evidence.level),
                mode=evidence.mode,
                not_after=evidence.not_after,
                taken_at=seconds(self.clock.now()),
                values=values.canonical(),
            )
        )

    def _withdrawn(self, tx: Tx, member: MemberId, token_id: str) -> None:
        """Erase a withdrawn token; where an answer may have been lost, say so in the receipt."""
        wanted = peers.wanted_of(tx, member, token_id)
        if peer_tokens.get(tx, member, token_id) is not None:
            self._erase(tx, member, token_id, held=True)
        elif wanted is not None:
            if wanted.asked:
                self._erase(tx, member, token_id, held=False)
            peers.unwant(tx, member, token_id)

    def _erase(self, tx: Tx, member: MemberId, token_id: str, *, held: bool) -> None:
        """Destroy the values with the receipt that says so, in one transaction."""
        origin = self.members.directory(tx).origin(member)
        entry = trees.entry_of(tx, origin, token_id)
        day = day_of(self.clock.now())
        if entry is None or not peer_tokens.end(tx, member, token_id, day=day, held=held):
            return
        bodies.erase(tx, member, [token_id])
        proposals.forget_reasons(tx, member, token_id)
        receipt = DeleteReceipt(
            token=token_id,
            c=Leaf.parse(entry.payload).c or "",
            day=day,
            held=None if held else False,
        )
        self.outbox.put(tx, member, receipt)


def _ranges(wanted: list[WantedBody]) -> list[tuple[int, int]]:
    """Return ranges of at most 256 leaves that hold every wanted one."""
    ranges: list[tuple[int, int]] = []
    for row in wanted:
        if ranges and row.idx < ranges[-1][0] + MAX_LEAVES:
            ranges[-1] = (ranges[-1][0], row.idx + 1)
        else:
            ranges.append((row.idx, row.idx + 1))
    return ranges
