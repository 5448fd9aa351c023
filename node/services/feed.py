"""Reading the peers' logs: pull, verify, mirror, apply, cosign (PROTOCOL 2 and 4).

The mirror keeps every entry, so consistency is shown by the strongest means there is:
the entries that were verified before, and the new ones behind them, must give the root
that the peer signed.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

from crypto import merkle
from crypto.ed25519 import SigningKey
from node.clock import Clock, seconds
from node.peers.client import PREFIX, Peer, PeerClient
from node.services.log import Log
from node.storage import peers, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.tree import Head as HeadRow
from node.transport import UnreachableError
from protocol.errors import ForkError, LogBehindError, MalformedError, TooLargeError
from protocol.identifiers import MemberId, Origin
from protocol.log.checkpoint import Checkpoint, open_checkpoint
from protocol.log.cosignature import cosign, verified
from protocol.log.leaf import Leaf
from protocol.log.note import Note, Verifier
from protocol.log.tiles import HASHES_PER_TILE, decode_bundle, entries_path
from protocol.log.witness import Head

log = logging.getLogger(__name__)

Apply = Callable[[Tx, MemberId, int, Leaf], None]

# A peer decides how long its log is and how slowly it comes: neither may hold up others.
MAX_PULL_BYTES = 256 * 2**20  # of fresh entries in memory
PULL_S = 300.0  # for all of one pull
REACH_S = 2.0  # while a caller waits (PROTOCOL 4)
PIECE = 1024  # entries applied in one transaction, so that other writers have their turn
_ENTRY_BYTES = 64  # what an entry costs in memory besides its content


@dataclass(frozen=True, slots=True)
class Feed:
    """The reader of all peers' logs, which is their witness too.

    One pull reads *max_pull_bytes* of fresh entries; a caller waits *reach_s* seconds.
    """

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    own: Log
    client: PeerClient
    witness_name: str
    witness_key: SigningKey = field(repr=False)
    apply: Apply
    on_fork: Callable[[Tx, MemberId], None]
    max_pull_bytes: int = MAX_PULL_BYTES
    reach_s: float = REACH_S
    _locks: dict[MemberId, threading.Lock] = field(default_factory=dict)
    _showed_less: set[MemberId] = field(default_factory=set)

    def peer(self, member: MemberId) -> Peer:
        """Return how a member is reached.

        Raises:
            UntrustedError: no such member, or its descriptor is not known.
        """
        with self.db.read() as tx:
            directory = self.members.directory(tx)
        keys = directory.descriptor(member).http_keys(seconds(self.clock.now()))
        return Peer(member, directory.member(member).url, keys)

    def pull(self, member: MemberId, *, within: float = PULL_S) -> bool:
        """Bring the mirror of a peer's log up to its newest head; tell whether it grew.

        Raises:
            UnreachableError: the peer does not answer, or not *within* so many seconds.
            MalformedError: what it serves does not fit its own signatures.
            ForkError: it signed two histories; the evidence lies in this node's log now.
        """
        end = time.monotonic() + within
        with self._alone(member, within):
            peer = self.peer(member)
            with self.db.read() as tx:
                directory = self.members.directory(tx)
                origin = directory.origin(member)
                verifier = directory.descriptor(member).log_verifier()
                if peers.is_forked(tx, member):
                    raise ForkError("that log showed two histories")
                start = trees.size(tx, origin)
                known = trees.head(tx, origin)
            answer = self._get(peer, f"{_folder(origin)}/checkpoint", end)
            note = Note.parse(answer)
            checkpoint = open_checkpoint(note, verifier)
            if known is not None and checkpoint.size < known.size:
                log.warning("peer served a smaller head", extra={"peer": member})
                self._showed_less.add(member)
                return False
            self._showed_less.discard(member)
            if known is not None and checkpoint.size == known.size:
                if checkpoint.root != known.root:
                    self.forked(member, origin, known.note, note)
                if start == checkpoint.size:
                    self._seen(member)
                    return False
            fresh = self._entries(peer, origin, start, checkpoint.size, end)
            try:
                self._mirror(member, checkpoint, note, verifier, start, fresh)
            except MalformedError:
                self._check_history(peer, member, checkpoint, note, end)
                raise
            return True

    def showed_less(self, member: MemberId) -> bool:
        """Tell whether a peer's log, when it was last pulled, had a head below the one held."""
        return member in self._showed_less

    def reach(self, member: MemberId, size: int) -> None:
        """Return once the mirror of that log holds *size* entries.

        Raises:
            LogBehindError: it does not, after one pull.
        """
        with self.db.read() as tx:
            origin = self.members.directory(tx).origin(member)
            if trees.size(tx, origin) >= size:
                return
        try:
            self.pull(member, within=self.reach_s)
        except (UnreachableError, MalformedError, TooLargeError) as error:
            raise LogBehindError("the log could not be read up to there") from error
        with self.db.read() as tx:
            if trees.size(tx, origin) < size:
                raise LogBehindError("the log is not published up to there")

    @contextmanager
    def _alone(self, member: MemberId, within: float) -> Iterator[None]:
        lock = self._locks.setdefault(member, threading.Lock())
        if not lock.acquire(timeout=within):
            raise UnreachableError("that log is being read already")
        try:
            yield
        finally:
            lock.release()

    def _entries(
        self, peer: Peer, origin: Origin, start: int, size: int, end: float
    ) -> list[bytes]:
        """Return entries *start* to *size*, not yet authenticated."""
        found: list[bytes] = []
        room, at = self.max_pull_bytes, start
        while at < size:
            n, skip = divmod(at, HASHES_PER_TILE)
            width = min(HASHES_PER_TILE, size - n * HASHES_PER_TILE)
            bundle = self._get(peer, f"{_folder(origin)}/{entries_path(n, width)}", end)
            entries = decode_bundle(bundle, width)[skip:]
            room -= sum(len(entry) + _ENTRY_BYTES for entry in entries)
            if room < 0:
                raise TooLargeError("a log that grew by more than can be read at once")
            found += entries
            at = n * HASHES_PER_TILE + width
        return found

    def _mirror(
        self,
        member: MemberId,
        checkpoint: Checkpoint,
        note: Note,
        verifier: Verifier,
        start: int,
        fresh: list[bytes],
    ) -> None:
        """Verify head and entries as a whole; keep the head, then the entries in pieces.

        The head comes first, so that no entry is kept that no head covers. Where this ends
        between two pieces, the next pull goes on from there.

        Raises:
            MalformedError: entries and heads do not fit.
            UnreachableError: another head came while the entries were read.
        """
        origin = checkpoint.origin
        hashes = [merkle.leaf_hash(entry) for entry in fresh]
        with self.db.read() as tx:
            known = _head(tx, origin)
            if known is not None and known.size > checkpoint.size:
                # Its entries were not asked for, so nothing can be said of how the two fit.
                raise UnreachableError("a larger head was cosigned meanwhile")
            if trees.size(tx, origin) != start:
                raise MalformedError("the mirror moved meanwhile")
            read = _continued(trees.reader(tx, origin), start, hashes)
            if known is not None and merkle.root(known.size, read) != known.root:
                raise MalformedError("entries do not give the root that was cosigned before")
            if merkle.root(checkpoint.size, read) != checkpoint.root:
                raise MalformedError("entries do not give the signed root")
        with self.db.begin() as tx:
            if _head(tx, origin) != known:
                raise UnreachableError("another head was cosigned meanwhile")
            trees.start(tx, origin, member)
            self.keep_head(tx, member, checkpoint, note, verifier)
            cosigned = trees.head(tx, origin)
            peers.seen(tx, member, at=seconds(self.clock.now()))
        for at in range(0, len(fresh), PIECE):
            with self.db.begin() as tx:
                piece = fresh[at : at + PIECE]
                first = trees.append(tx, origin, piece)
                for index, payload in enumerate(piece, start=first):
                    self.apply(tx, member, index, Leaf.parse(payload))
        self._keep_read(cosigned)

    def keep_head(
        self, tx: Tx, member: MemberId, checkpoint: Checkpoint, note: Note, verifier: Verifier
    ) -> bytes:
        """Store a verified head with this node's cosignature; return that signature line."""
        now = seconds(self.clock.now())
        line = cosign(checkpoint.text, self.witness_name, self.witness_key, now=now)
        directory = self.members.directory(tx)
        kept = verified(note, verifier, directory.witnesses_of(member)).with_signature(line)
        trees.set_head(
            tx,
            checkpoint.origin,
            "signed",
            at=checkpoint.size,
            root_hash=checkpoint.root,
            note=kept.encode(),
        )
        return f"{line.line}\n".encode()

    def _keep_read(self, head: HeadRow | None) -> None:
        """Keep a head whose entries are all here: what proofs of this log's leaves rest on."""
        if head is not None:
            with self.db.begin() as tx:
                trees.set_head(
                    tx, head.origin, "read", at=head.size, root_hash=head.root, note=head.note
                )

    def _check_history(
        self, peer: Peer, member: MemberId, checkpoint: Checkpoint, note: Note, end: float
    ) -> None:
        """Tell a fork from a broken answer by whether the signed root has another beginning."""
        origin = Origin(checkpoint.origin)
        entries = self._entries(peer, origin, 0, checkpoint.size, end)
        hashes = [merkle.leaf_hash(entry) for entry in entries]
        with self.db.read() as tx:
            known = trees.head(tx, origin)
            read = _continued(trees.reader(tx, origin), 0, hashes)
        if merkle.root(checkpoint.size, read) != checkpoint.root:
            return
        if known is None or known.size > checkpoint.size:
            return
        if merkle.root(known.size, read) != known.root:
            self.forked(member, origin, known.note, note)

    def forked(self, member: MemberId, origin: Origin, first: bytes, second: Note) -> NoReturn:
        """Publish two heads of that log that do not fit, and use nothing of it again.

        Raises:
            ForkError: always.
        """
        with self.db.begin() as tx:
            verifier = self.members.directory(tx).descriptor(member).log_verifier()
            # The log's own line proves it; with all that may stand beside it no leaf has room.
            bare = (verified(note, verifier, ()) for note in (Note.parse(first), second))
            notes = [note.encode().decode() for note in bare]
            if peers.is_forked(tx, member):
                # Proven before; whoever shows it again must not make the log grow.
                raise ForkError("that log showed two histories")
            self.own.evidence_fork(tx, origin, (notes[0], notes[1]))
            peers.set_forked(tx, member)
            self.on_fork(tx, member)
        raise ForkError("the log showed two histories")

    def _seen(self, member: MemberId) -> None:
        with self.db.begin() as tx:
            peers.seen(tx, member, at=seconds(self.clock.now()))

    def _get(self, peer: Peer, path: str, end: float) -> bytes:
        left = end - time.monotonic()
        if left <= 0:
            raise UnreachableError("the time for that log is over")
        answer = self.client.read(peer.url, PREFIX + path, at_most=left)
        if not answer.is_ok:
            raise UnreachableError(f"answered {answer.status}")
        return answer.body


def _folder(origin: str) -> str:
    return "/log/" + origin.rpartition("/")[2]


def _head(tx: Tx, origin: str) -> Head | None:
    """Return the newest head of that log as a value."""
    row = trees.head(tx, origin)
    return None if row is None else Head(row.size, row.root)


def _continued(stored: merkle.ReadHash, start: int, hashes: list[bytes]) -> merkle.ReadHash:
    """Return what reads a tree of *start* stored leaves with *hashes* behind them."""

    def read(level: int, index: int) -> bytes:
        if (index + 1) << level <= start:
            return stored(level, index)
        if level == 0:
            return hashes[index - start]
        left, right = read(level - 1, 2 * index), read(level - 1, 2 * index + 1)
        return merkle.node_hash(left, right)

    return read
