"""Hints that a log has grown; pulling stays the truth, so a lost hint costs only time."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta

from node.clock import Clock, seconds
from node.peers.client import PeerClient
from node.services.feed import Feed
from node.services.outbox import Outbox
from node.services.publication import Publication
from node.storage import trees
from node.storage.database import Database
from node.transport import UnreachableError
from protocol.envelope import Parcel
from protocol.errors import ProtocolError
from protocol.identifiers import MemberId
from protocol.messages.poke import Poke

_LIFE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Pokes:
    """Sends hints after a checkpoint and keeps those that came."""

    db: Database
    clock: Clock
    publication: Publication
    outbox: Outbox
    client: PeerClient
    feed: Feed
    _hinted: set[MemberId] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send_all(self) -> None:
        """Tell every other member the size of this node's log; silence is no fault."""
        poke = Poke(log=self.publication.origin, size=self.publication.own_size())
        for member in self.publication.peers():
            self._send(member, poke)

    def remind(self, member: MemberId) -> None:
        """Tell a member whose log showed less than before how much of it is held here."""
        with self.db.read() as tx:
            origin = self.feed.members.directory(tx).origin(member)
            poke = Poke(log=origin, size=trees.size(tx, origin))
        self._send(member, poke)

    def _send(self, member: MemberId, poke: Poke) -> None:
        try:
            with self.db.begin() as tx:
                _, signed = self.outbox.ask(tx, member, poke, exp=seconds(self.clock.now() + _LIFE))
            self.client.post(self.feed.peer(member), "/inbox", Parcel(signed).encode())
        except (UnreachableError, ProtocolError):
            return

    def take(self, member: MemberId) -> None:
        """Note that *member* says its log has grown."""
        with self._lock:
            self._hinted.add(member)

    def hinted(self) -> list[MemberId]:
        """Return who gave a hint since the last time."""
        with self._lock:
            found = sorted(self._hinted)
            self._hinted.clear()
            return found
