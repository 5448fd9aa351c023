"""The node as a witness of its peers' logs, and theirs of its own (C2SP tlog-witness)."""

import logging
from contextlib import suppress
from dataclasses import dataclass

from crypto import merkle
from node.clock import Clock
from node.peers.client import PREFIX, PeerClient
from node.services.feed import Feed
from node.services.log import Log
from node.storage import peers, trees
from node.storage.database import Database
from node.storage.members import Members
from node.transport import UnreachableError
from protocol.errors import ForkError, MalformedError, UntrustedError
from protocol.identifiers import MemberId, Origin
from protocol.log.checkpoint import Checkpoint, open_checkpoint
from protocol.log.cosignature import verify_cosignature
from protocol.log.note import Note, NoteSignature, Verifier, parse_signature_lines
from protocol.log.witness import (
    AddCheckpoint,
    Head,
    SplitViewError,
    StaleRequestError,
    UnknownLogError,
    WitnessError,
    next_head,
    origin_digest,
)

log = logging.getLogger(__name__)
_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Witness:
    """Cosigns what is consistent, and asks the others to do the same."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    own: Log
    feed: Feed
    client: PeerClient

    def add_checkpoint(self, payload: bytes) -> bytes:
        """Return this witness's cosignature line for a checkpoint of a peer's log.

        Raises:
            WitnessError: one of the standard's refusals, with its status.
        """
        request = AddCheckpoint.parse(payload)
        try:
            return self._cosigned(request)
        except SplitViewError:
            self._show_fork(request.note)
            raise

    def _cosigned(self, request: AddCheckpoint) -> bytes:
        origin = request.note.text.partition("\n")[0]
        with self.db.begin() as tx:
            directory = self.members.directory(tx)
            try:
                member = directory.owner_of(origin)
            except UntrustedError as error:
                raise UnknownLogError("not the log of a member") from error
            if member == self.me:
                raise UnknownLogError("a witness does not cosign its own log")
            if peers.is_forked(tx, member):
                raise UnknownLogError("a log that showed two histories")
            verifier = directory.descriptor(member).log_verifier()
            known = trees.head(tx, origin)
            last = None if known is None else Head(known.size, known.root)
            next_head(last, request, verifier)
            checkpoint = open_checkpoint(request.note, verifier)
            return self.feed.keep_head(tx, member, checkpoint, request.note, verifier)

    def _show_fork(self, note: Note) -> None:
        """Publish that a log signed another root at the size that was cosigned before."""
        origin = note.text.partition("\n")[0]
        with self.db.read() as tx:
            member = self.members.directory(tx).owner_of(origin)
            known = trees.head(tx, origin)
        if known is not None:
            with suppress(ForkError):
                self.feed.forked(member, Origin(origin), known.note, note)

    def head_of(self, digest: str) -> bytes | None:
        """Return the newest cosigned note of the log whose origin has that SHA-256 in hex."""
        with self.db.read() as tx:
            for member in self.members.directory(tx).descriptors:
                origin = self.members.directory(tx).origin(member)
                if member != self.me and origin_digest(origin) == digest:
                    head = trees.head(tx, origin)
                    return None if head is None else head.note
        return None

    def collect(self) -> int:
        """Ask every other active member to cosign the newest head; return how many did."""
        with self.db.read() as tx:
            directory = self.members.directory(tx)
            head = trees.head(tx, self.own.origin)
            if head is None:
                return 0
            note = Note.parse(head.note)
            missing = [
                (MemberId(other.id), directory.descriptor(other.id).witness_verifier())
                for other in directory.current.active(besides=self.me)
                if other.id in directory.descriptors
            ]
            missing = [
                (member, verifier)
                for member, verifier in missing
                if not any(line.is_by(verifier) for line in note.signatures)
            ]
            checkpoint = Checkpoint(self.own.origin, head.size, head.root)
        signed: dict[MemberId, tuple[NoteSignature, ...]] = {}
        for member, verifier in missing:
            try:
                line = self._ask(member, checkpoint, note)
                # One that answers nonsense must not spoil the others' signatures.
                signed[member] = _verified(note, verifier, line)
            except (UnreachableError, WitnessError, MalformedError) as error:
                log.info("no cosignature", extra={"peer": member, "why": type(error).__name__})
        if signed:
            lines = [line for found in signed.values() for line in found]
            self.own.add_cosignatures(checkpoint.size, lines)
        return len(signed)

    def heads_held_by(self, member: MemberId, origin: str, verifier: Verifier) -> Note | None:
        """Return the head of a log that another member holds, verified; None where it has none.

        Raises:
            UnreachableError: that member does not answer.
            MalformedError: what it answers is not signed by that log.
        """
        peer = self.feed.peer(member)
        path = f"{PREFIX}/witness/{origin_digest(origin)}/checkpoint"
        answer = self.client.read(peer.url, path)
        if not answer.is_ok:
            return None
        note = Note.parse(answer.body)
        open_checkpoint(note, verifier)
        return note

    def _ask(self, member: MemberId, checkpoint: Checkpoint, note: Note) -> bytes:
        peer = self.feed.peer(member)
        old = 0
        for _ in range(2):
            with self.db.read() as tx:
                read = trees.reader(tx, self.own.origin)
                proof = (
                    merkle.consistency_proof(old, checkpoint.size, read)
                    if 0 < old < checkpoint.size
                    else []
                )
            request = AddCheckpoint(old, tuple(proof), Note(note.text, note.signatures[:1]))
            answer = self.client.write(
                peer.url, f"{PREFIX}/witness/add-checkpoint", request.encode(), "text/plain"
            )
            if answer.is_ok:
                return answer.body
            if answer.status != _CONFLICT:
                raise UnreachableError(f"answered {answer.status}")
            old = _size(answer.body)
            if old > checkpoint.size:
                raise StaleRequestError(old)
        raise UnreachableError("the witness moved on meanwhile")


def _verified(note: Note, verifier: Verifier, answer: bytes) -> tuple[NoteSignature, ...]:
    """Return the lines of a witness under *note*.

    Raises:
        MalformedError: there is none, or one does not hold.
    """
    fresh = Note(note.text, parse_signature_lines(answer.decode("utf-8", "replace")))
    verify_cosignature(fresh, verifier)
    return tuple(fresh.lines_of(verifier))


def _size(body: bytes) -> int:
    text = body.decode("ascii", errors="replace").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 16):  # noqa: PLR2004 - 2^53
        raise MalformedError("not a tree size")
    return int(text)
