"""May this node sign? A restored backup must never continue a log (PROTOCOL 2, Start).

Recovery itself is a later capability: what looks like a restored backup stops the node
with an instruction.
"""

import logging
from dataclasses import dataclass, field

from node.services.errors import RestoredBackupError
from node.services.log import Log
from node.services.publication import Publication
from node.services.witness import Witness
from node.storage import trees
from node.storage.database import Database
from node.transport import UnreachableError
from protocol.errors import ProtocolError
from protocol.log.checkpoint import Checkpoint

log = logging.getLogger(__name__)

_INSTRUCTION = (
    "this database is older than what was signed before: do not start it, restore the"
    " newest copy, and keep this one for the auditor"
)


@dataclass(slots=True)
class Start:
    """Asked before each signature until it is answered once."""

    db: Database
    log: Log
    publication: Publication
    witness: Witness
    _is_answered: bool = field(default=False)

    def check_marker(self) -> None:
        """Return if the marker outside the data folder is not above the database.

        Raises:
            RestoredBackupError: it is missing though the log was signed, or larger.
        """
        with self.db.read() as tx:
            head = trees.head(tx, self.log.origin)
            size = trees.size(tx, self.log.origin)
        marker = self.log.marker.read()
        if marker is None and head is None:
            return
        if marker is None or marker > size:
            raise RestoredBackupError(_INSTRUCTION)

    def may_sign(self) -> bool:
        """Tell whether one member answered that it holds no larger head of this log.

        Without any answer the node serves pages and stores what comes, but signs nothing.

        Raises:
            RestoredBackupError: a member holds a larger head.
        """
        if self._is_answered:
            return True
        with self.db.read() as tx:
            head = trees.head(tx, self.log.origin)
        if head is None:
            self._is_answered = True
            return True
        for member in self.publication.peers():
            try:
                note = self.witness.heads_held_by(member, self.log.origin, self.log.verifier)
            except (UnreachableError, ProtocolError):
                continue
            if note is not None:
                self._check(Checkpoint.parse(note.text), head.size)
            self._is_answered = True
        if not self._is_answered:
            log.warning("no member answers yet: nothing is signed until one does")
        return self._is_answered

    def _check(self, held: Checkpoint, signed: int) -> None:
        """Return if a head that a member holds is one that this database signed.

        Its leaves may outnumber that head since it was restored, so that its size alone
        tells nothing.

        Raises:
            RestoredBackupError: it is not.
        """
        if held.size > signed:
            raise RestoredBackupError(_INSTRUCTION)
        with self.db.read() as tx:
            if trees.root(tx, self.log.origin, held.size) != held.root:
                raise RestoredBackupError(_INSTRUCTION)
