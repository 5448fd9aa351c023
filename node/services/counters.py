"""Numbers for an administrator's monitoring; no person and no name is in them."""

from collections.abc import Mapping
from dataclasses import dataclass

from node.storage import trees
from node.storage.counts import rows_by_state
from node.storage.database import Database
from node.storage.members import Members
from protocol.identifiers import Origin


@dataclass(frozen=True, slots=True)
class Counters:
    """Counts rows."""

    db: Database
    members: Members
    origin: Origin

    def read(self) -> Mapping[str, int]:
        """Return each number by its name."""
        with self.db.read() as tx:
            head = trees.head(tx, self.origin)
            witnessed = trees.head(tx, self.origin, "witnessed")
            found = {
                "log_size": trees.size(tx, self.origin),
                "log_published_size": head.size if head else 0,
                "log_witnessed_size": witnessed.size if witnessed else 0,
            }
            return found | rows_by_state(tx)
