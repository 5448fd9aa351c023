"""What anybody may read: checkpoints, tiles, entries, proofs, memberships (PROTOCOL 4)."""

from dataclasses import dataclass

from crypto.merkle import inclusion_proof
from node.storage import members, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from protocol.errors import UntrustedError
from protocol.identifiers import MemberId, Origin
from protocol.log.proof import InclusionProof
from protocol.log.tiles import HASHES_PER_TILE, TilePath, encode_bundle, tile_width
from protocol.log.witness import origin_digest


@dataclass(frozen=True, slots=True)
class Publication:
    """Serves this node's log up to its newest signed head, and the mirrors of its peers."""

    db: Database
    members: Members
    me: MemberId
    origin: Origin

    def checkpoint(self, origin: str) -> bytes | None:
        """Return the newest signed note of a log that is kept here."""
        with self.db.read() as tx:
            head = trees.head(tx, origin)
            return None if head is None else head.note

    def tile(self, origin: str, path: TilePath) -> bytes | None:
        """Return a tile or entry bundle; None above the newest signed head."""
        with self.db.read() as tx:
            head = trees.head(tx, origin)
            size = 0 if head is None else min(head.size, trees.size(tx, origin))
            level = path.level or 0
            if path.width > tile_width(level, path.n, size):
                return None
            if path.level is not None:
                return trees.tile(tx, origin, level, path.n, path.width)
            first = path.n * HASHES_PER_TILE
            return encode_bundle(trees.entries(tx, origin, first, first + path.width))

    def proof(self, leaf_id: str) -> bytes | None:
        """Return the offline proof of one of this node's leaves under its newest head."""
        with self.db.read() as tx:
            return self.proof_in(tx, leaf_id)

    def proof_in(self, tx: Tx, leaf_id: str) -> bytes | None:
        """Return as :meth:`proof`, in the caller's transaction."""
        entry = trees.entry_of(tx, self.origin, leaf_id)
        head = trees.head(tx, self.origin, "witnessed") or trees.head(tx, self.origin)
        if entry is not None and head is not None and entry.idx >= head.size:
            head = trees.head(tx, self.origin)
        if entry is None or head is None or entry.idx >= head.size:
            return None
        hashes = inclusion_proof(entry.idx, head.size, trees.reader(tx, self.origin))
        return InclusionProof(entry.idx, tuple(hashes), head.note).encode()

    def mirrored(self, digest: str) -> str | None:
        """Return the origin of a kept log by its SHA-256 in hex."""
        with self.db.read() as tx:
            directory = self.members.directory(tx)
            for member in directory.descriptors:
                if origin_digest(directory.origin(member)) == digest:
                    return directory.origin(member)
        return None

    def membership(self, version: int) -> bytes | None:
        """Return a version of the consortium as a signed document."""
        with self.db.read() as tx:
            return members.version_document(tx, version)

    def descriptor(self, member: str, number: int | None = None) -> bytes | None:
        """Return a descriptor as a signed document, the newest where no number is given."""
        with self.db.read() as tx:
            return members.descriptor_document(tx, member, number)

    def own_size(self) -> int:
        """Return the size of this node's newest signed head."""
        with self.db.read() as tx:
            head = trees.head(tx, self.origin)
            return 0 if head is None else head.size

    def peers(self) -> list[MemberId]:
        """Return the other members whose descriptor is known, active or not."""
        with self.db.read() as tx:
            try:
                directory = self.members.directory(tx)
                return [
                    MemberId(member.id)
                    for member in directory.current.members
                    if member.id != self.me and member.id in directory.descriptors
                ]
            except UntrustedError:
                return []
