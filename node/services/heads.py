"""What the others hold of one member's log, compared with this node's mirror (PROTOCOL 2 and 6).

First the head is stored here, then the others are asked: of two origins that are shown
different logs at least one sees the other's.
"""

import logging
from dataclasses import dataclass

from crypto.randomness import random_below
from node.services.feed import Feed
from node.services.witness import Witness
from node.storage import trees
from node.storage.database import Database
from node.storage.members import Members
from node.transport import UnreachableError
from protocol.errors import LogBehindError, MalformedError, UntrustedError
from protocol.fields import sorted_fields
from protocol.identifiers import MemberId, Origin
from protocol.log.checkpoint import open_checkpoint
from protocol.log.note import Note

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ComparedHead:
    """A head of a log in the mirror, and who gave none to compare it with, sorted."""

    size: int
    root: bytes
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heads:
    """Compares heads; what does not fit is published as a fork."""

    db: Database
    members: Members
    me: MemberId
    feed: Feed
    witness: Witness

    def compare(self, member: MemberId, size: int) -> ComparedHead:
        """Return the head of that log, of *size* or more, once nobody's contradicts it.

        Raises:
            LogBehindError: a head that is larger than the mirror cannot be read up to now.
            ForkError: two heads contradict each other; the evidence lies in the log.
        """
        self.feed.reach(member, size)
        with self.db.read() as tx:
            head = trees.head(tx, self.members.directory(tx).origin(member))
            others = self.members.directory(tx).current.active(besides=self.me)
        if head is not None:
            # As a witness this node may have cosigned more than it has read.
            self.feed.reach(member, head.size)
        silent = [
            other.id
            for other in others
            if other.id != member and not self._fits(member, MemberId(other.id))
        ]
        with self.db.read() as tx:
            origin = self.members.directory(tx).origin(member)
            held = trees.size(tx, origin)
            return ComparedHead(held, trees.root(tx, origin, held), sorted_fields(silent))

    def look(self, member: MemberId) -> None:
        """Compare that log with the head of it that one other member holds, whichever it be.

        Raises:
            LogBehindError, ForkError: as :meth:`check`.
        """
        with self.db.read() as tx:
            others = [
                MemberId(other.id)
                for other in self.members.directory(tx).current.active(besides=self.me)
                if other.id != member
            ]
        if others:
            # Drawn anew each time, so that nobody knows beforehand who is not asked.
            self._fits(member, others[random_below(len(others))])

    def check(self, member: MemberId, note: Note) -> None:
        """Return if a *note* that is known to be signed by that log fits the mirror.

        Raises:
            LogBehindError: it is larger, and the log cannot be read up to it now.
            ForkError: it contradicts the mirror.
        """
        with self.db.read() as tx:
            directory = self.members.directory(tx)
            verifier = directory.descriptor(member).log_verifier()
        checkpoint = open_checkpoint(note, verifier)
        self.feed.reach(member, checkpoint.size)
        with self.db.read() as tx:
            known = trees.head(tx, checkpoint.origin)
            fits = trees.root(tx, checkpoint.origin, checkpoint.size) == checkpoint.root
        if known is None:
            raise LogBehindError("no head of that log is held")
        if not fits:
            self.feed.forked(member, Origin(checkpoint.origin), known.note, note)

    def _fits(self, member: MemberId, other: MemberId) -> bool:
        """Tell whether *other* gave a head at all; one that contradicts the mirror raises."""
        with self.db.read() as tx:
            directory = self.members.directory(tx)
            verifier = directory.descriptor(member).log_verifier()
        try:
            note = self.witness.heads_held_by(other, verifier.name, verifier)
        except (UnreachableError, MalformedError, UntrustedError) as error:
            log.info("no head to compare", extra={"peer": other, "why": type(error).__name__})
            return False
        if note is None:
            return False
        self.check(member, note)
        return True
