"""The lease of this node's log: what its peers may rely on, and until when (PROTOCOL 4)."""

from dataclasses import dataclass

from node.clock import Clock, seconds
from node.services.outbox import Outbox
from node.storage import trees
from node.storage.database import Database
from node.storage.members import Members
from protocol.document import Signed
from protocol.errors import LogBehindError
from protocol.identifiers import Origin
from protocol.status import Status


@dataclass(frozen=True, slots=True)
class Leases:
    """Issues the signed status of the own log."""

    db: Database
    clock: Clock
    members: Members
    origin: Origin
    outbox: Outbox

    def issue(self) -> Signed:
        """Return a fresh status of the newest head.

        Raises:
            LogBehindError: nothing was published yet.
        """
        with self.db.read() as tx:
            head = trees.head(tx, self.origin)
            lease_s = self.members.directory(tx).current.params.lease_s
        if head is None:
            raise LogBehindError("nothing is published yet")
        now = seconds(self.clock.now())
        status = Status(
            v=1,
            origin=self.origin,
            size=head.size,
            root=head.root.hex(),
            issued=now,
            valid_until=now + lease_s,
        )
        return self.outbox.sign(status.canonical())
