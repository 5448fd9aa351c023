"""One round over the peers: descriptor, log, bodies, lease, and a look at one witness."""

import logging
from dataclasses import dataclass

from crypto import canonical_json
from crypto.errors import BadEncodingError
from node.services.feed import Feed
from node.services.heads import Heads
from node.services.membership import Membership
from node.services.pokes import Pokes
from node.services.publication import Publication
from node.services.received import Received
from node.storage import peers
from node.storage.database import Database
from node.storage.members import Members
from node.transport import UnreachableError
from protocol.document import Signed
from protocol.errors import MalformedError, ProtocolError
from protocol.identifiers import MemberId

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Polling:
    """Keeps this node's view of its peers fresh."""

    db: Database
    members: Members
    me: MemberId
    membership: Membership
    feed: Feed
    received: Received
    publication: Publication
    heads: Heads
    pokes: Pokes

    def discover(self) -> None:
        """Fetch the descriptor of every member that is not known yet."""
        with self.db.read() as tx:
            directory = self.members.directory(tx)
        for member in directory.current.members:
            if member.id == self.me or member.id in directory.descriptors:
                continue
            try:
                self._learn(member.url, MemberId(member.id))
            except (UnreachableError, ProtocolError) as error:
                log.info("no descriptor", extra={"peer": member.id, "why": type(error).__name__})

    def poll(self, member: MemberId) -> None:
        """Read one peer; a peer that fails is noted and asked again at the next round."""
        try:
            self.feed.pull(member)
            if self.feed.showed_less(member):
                self.pokes.remind(member)
            self.received.take(self.feed, member)
            self.received.renew_lease(self.feed, member)
        except (UnreachableError, ProtocolError) as error:
            log.info("poll failed", extra={"peer": member, "why": type(error).__name__})
            with self.db.begin() as tx:
                peers.failed(tx, member)
            return
        try:
            self.heads.look(member)
        except ProtocolError as error:
            log.warning("another head", extra={"peer": member, "why": type(error).__name__})

    def poll_all(self) -> None:
        """Read every peer once."""
        self.discover()
        for member in self.publication.peers():
            self.poll(member)

    def _learn(self, url: str, member: MemberId) -> None:
        answer = self.feed.client.read(url, "/.well-known/tasuki-node")
        if not answer.is_ok:
            raise UnreachableError(f"answered {answer.status}")
        try:
            document = canonical_json.loads(answer.body)
        except BadEncodingError as error:
            raise MalformedError("not a node's description") from error
        if not isinstance(document, dict):
            raise MalformedError("not a node's description")
        self.membership.learn(Signed.from_json(document.get("descriptor")).encode(), member)
