"""Carrying queued envelopes to their receivers until each is answered (PROTOCOL 4, retries)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from crypto.randomness import random_below
from node.clock import Clock, seconds
from node.peers.client import PeerClient
from node.services.feed import Feed
from node.services.log import Log
from node.storage import envelopes, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.envelope import Outgoing
from node.transport import UnreachableError
from protocol.document import Signed
from protocol.envelope import Parcel, open_answer
from protocol.envelope_life import Event, State, advance
from protocol.errors import MalformedError, ProtocolError
from protocol.http_signature import Response
from protocol.identifiers import MemberId
from protocol.messages.deletion import DeleteReceipt
from protocol.problem import Problem, open_refusal

log = logging.getLogger(__name__)

FIRST_RETRY_S, LONGEST_RETRY_S = 5, 900
_SOON = frozenset({"log-behind", "membership-ahead"})

# Told in the transaction that records it: a final problem's kind, or `expired`.
OnEnd = Callable[[Tx, Outgoing, str], None]


@dataclass(frozen=True, slots=True)
class Courier:
    """Delivers what is due; the envelope's bytes never change between tries."""

    db: Database
    clock: Clock
    members: Members
    log: Log
    client: PeerClient
    feed: Feed
    on_end: OnEnd

    def deliver_due(self) -> int:
        """Try every envelope whose time has come; return how many were settled."""
        now = seconds(self.clock.now())
        # It locks rows, which a reader of PostgreSQL could fail to do beside a writer.
        with self.db.begin() as tx:
            head = trees.head(tx, self.log.origin)
            waiting = envelopes.due(tx, now=now, published=head.size if head else 0)
        if any(row.kind == DeleteReceipt.KIND for row in waiting) and not self.db.forget():
            # What is receipted as deleted must be gone from the write-ahead log too.
            waiting = [row for row in waiting if row.kind != DeleteReceipt.KIND]
        silent: set[str] = set()
        settled = 0
        for row in waiting:
            if row.exp is not None and row.exp <= now:
                self._end(row, Event.EXPIRE, "expired", None)
                settled += 1
            elif row.receiver not in silent:
                try:
                    settled += self._try(row)
                except (UnreachableError, ProtocolError) as error:
                    # One silent peer must not hold up the others: the rest of its
                    # envelopes wait for the next round.
                    silent.add(row.receiver)
                    self._later(row, type(error).__name__)
        return settled

    def _try(self, row: Outgoing) -> int:
        peer = self.feed.peer(MemberId(row.receiver))
        parcel = Parcel(Signed.parse(row.document), row.sealed)
        response = self.client.post(peer, "/inbox", parcel.encode())
        if response.is_ok:
            with self.db.read() as tx:
                descriptor = self.members.directory(tx).descriptor(row.receiver)
            open_answer(Signed.parse(response.body), parcel.signed, descriptor)
            self._answered(row, response.body)
            return 1
        return self._refused(row, parcel, response)

    def _refused(self, row: Outgoing, parcel: Parcel, response: Response) -> int:
        """Take a problem: final only where the receiver signed it as such."""
        problem = Problem.parse(response.body)
        if not problem.is_final:
            self._later(row, problem.kind)
            return 0
        with self.db.read() as tx:
            descriptor = self.members.directory(tx).descriptor(row.receiver)
        try:
            open_refusal(problem, parcel.signed, descriptor)
        except MalformedError:
            self._later(row, "unsigned refusal")
            return 0
        log.warning("refused for good", extra={"kind": row.kind, "why": problem.kind})
        self._end(row, Event.REFUSE, problem.kind, response.body)
        return 1

    def _answered(self, row: Outgoing, answer: bytes) -> None:
        with self.db.begin() as tx:
            _step(tx, row, Event.ANSWER, answer)

    def _end(self, row: Outgoing, event: Event, why: str, problem: bytes | None) -> None:
        with self.db.begin() as tx:
            self.on_end(tx, _step(tx, row, event, problem), why)

    def _later(self, row: Outgoing, why: str) -> None:
        log.info("will try again", extra={"kind": row.kind, "peer": row.receiver, "why": why})
        with self.db.begin() as tx:
            kept = envelopes.kept(tx, row.id)
            kept.tries += 1
            kept.next_try = seconds(self.clock.now()) + _wait(kept.tries, why)


def _step(tx: Tx, row: Outgoing, event: Event, answer: bytes | None) -> Outgoing:
    """Move an envelope on, with what its receiver signed, and return its row."""
    kept = envelopes.kept(tx, row.id)
    kept.state, kept.answer = advance(State(kept.state), event), answer
    return kept


def _wait(tries: int, why: str) -> int:
    """Return the seconds to the next try: 1 and 2 while the peer only lags, else doubling."""
    if why in _SOON and tries <= 2:  # noqa: PLR2004 - the two short waits of PROTOCOL 4
        return tries
    longest = min(FIRST_RETRY_S << min(tries - 1, 8), LONGEST_RETRY_S)
    return longest // 2 + random_below(longest // 2 + 1)
