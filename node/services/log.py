"""This node's own log: append in the caller's transaction, publish by level (PROTOCOL 2)."""

from dataclasses import dataclass, field

from crypto import canonical_json
from crypto.canonical_json import Json
from crypto.ed25519 import SigningKey
from node.clock import Clock, day_of, seconds
from node.storage import bodies, trees
from node.storage.database import Database, Tx
from node.storage.marker import Marker
from node.storage.members import Members
from node.storage.vault import Vault
from protocol.body import Opening
from protocol.identifiers import LeafId, MemberId, Origin, new_id
from protocol.log import leaf as leaves
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.cosignature import verify_cosignature
from protocol.log.leaf import Leaf
from protocol.log.note import Note, Verifier
from protocol.value import Value


@dataclass(frozen=True, slots=True)
class Placed:
    """A leaf at its place in a log."""

    log: Origin
    index: int
    id: LeafId

    def to_json(self) -> dict[str, Json]:
        """Return the form in which other documents name a leaf."""
        return {"log": self.log, "index": self.index, "id": self.id}


@dataclass(frozen=True, slots=True)
class Log:
    """Appends leaves with their bodies, and publishes checkpoints."""

    db: Database
    vault: Vault
    clock: Clock
    members: Members
    me: MemberId
    origin: Origin
    key: SigningKey = field(repr=False)
    marker: Marker

    @property
    def verifier(self) -> Verifier:
        """What an outside monitor needs to check this log's notes."""
        return Verifier.ed25519(self.origin, self.key.public.raw)

    def begin(self, tx: Tx) -> None:
        """Open the log where it is still empty: its first leaf says whose it is."""
        trees.start(tx, self.origin, self.me)
        if trees.size(tx, self.origin) == 0:
            directory = self.members.directory(tx)
            self._append(tx, leaves.log_open(new_id(), self.origin, directory.cs, **self._dated(tx)))

    def member_accept(self, tx: Tx, version: int, digest: bytes) -> Placed:
        """Record that this node took a version of the consortium."""
        return self._append(
            tx, leaves.member_accept(new_id(), version, digest.hex(), **self._dated(tx))
        )

    def evidence_fork(self, tx: Tx, origin: Origin, notes: tuple[str, str]) -> Placed:
        """Publish the proof that a log showed two histories."""
        return self._append(tx, leaves.evidence_fork(new_id(), origin, notes, **self._dated(tx)))

    def entry(
        self, tx: Tx, ev: Value, pr: dict[str, Json] | None = None, *, person_id: str | None = None
    ) -> Placed:
        """Append an `entry` and keep its body; a person's values are sealed."""
        opening = Opening.make(ev.to_json(), pr or {})
        leaf = leaves.entry(new_id(), opening.commitment().hex(), **self._dated(tx))
        return self._with_body(tx, leaf, opening, person_id if pr else None)

    def ledger(self, tx: Tx, ev: Value, *, day: str) -> Placed:
        """Append a `ledger` leaf whose body all members may read."""
        opening = Opening.make(ev.to_json(), {})
        version = self.members.directory(tx).current.version
        leaf = leaves.ledger(new_id(), opening.commitment().hex(), day=day, mv=version)
        return self._with_body(tx, leaf, opening, None)

    def publish_token(self, tx: Tx, opening: Opening) -> Placed:
        """Append a `token.publish`; the leaf's id is the token's."""
        leaf = leaves.publish(new_id(), opening.commitment().hex(), **self._dated(tx))
        return self._with_body(tx, leaf, opening, None)

    def withdraw_tokens(self, tx: Tx, token_ids: list[str]) -> Placed:
        """Append a `token.withdraw` that ends all of them together."""
        return self._append(
            tx, leaves.withdraw(new_id(), tuple(sorted(token_ids)), **self._dated(tx))
        )

    def today(self, tx: Tx) -> str:
        """Return the day that the next leaf bears: never below that of the last one."""
        today = day_of(self.clock.now())
        last = trees.entry_at(tx, self.origin, trees.size(tx, self.origin) - 1)
        return today if last is None else max(today, Leaf.parse(last.payload).day)

    def size(self, tx: Tx) -> int:
        """Return the number of leaves, published or not."""
        return trees.size(tx, self.origin)

    def publish(self) -> bool:
        """Sign a checkpoint of all leaves; tell whether there was anything new.

        The size goes to the marker file before the signature, so that a restored backup
        never signs a smaller head unnoticed.
        """
        with self.db.begin() as tx:
            size = trees.size(tx, self.origin)
            head = trees.head(tx, self.origin)
            if size == 0 or (head is not None and head.size >= size):
                return False
            checkpoint = Checkpoint(self.origin, size, trees.root(tx, self.origin, size))
            self.marker.write(size)
            note = sign_checkpoint(checkpoint, self.key)
            trees.set_head(
                tx,
                self.origin,
                "signed",
                at=size,
                root_hash=checkpoint.root,
                note=note.encode(),
            )
            return True

    def add_cosignatures(self, note_size: int, signatures: list[tuple[Verifier, bytes]]) -> None:
        """Keep verified cosignature lines on the newest head; with a quorum it is witnessed."""
        with self.db.begin() as tx:
            head = trees.head(tx, self.origin)
            if head is None or head.size != note_size:
                return
            note = Note.parse(head.note)
            for verifier, line in signatures:
                fresh = Note.parse(note.text.encode() + b"\n" + line)
                verify_cosignature(fresh, verifier)
                note = note.with_signature(fresh.signatures[0])
            trees.set_head(
                tx, self.origin, "signed", at=head.size, root_hash=head.root, note=note.encode()
            )
            directory = self.members.directory(tx)
            witnesses = directory.witnesses_of(self.me)
            signed = sum(1 for witness in witnesses if note.is_cosigned_by(witness))
            if signed >= directory.witness_quorum:
                trees.set_head(
                    tx,
                    self.origin,
                    "witnessed",
                    at=head.size,
                    root_hash=head.root,
                    note=note.encode(),
                )

    def _dated(self, tx: Tx) -> dict[str, object]:
        return {"day": self.today(tx), "mv": self.members.directory(tx).current.version}

    def _append(self, tx: Tx, leaf: Leaf) -> Placed:
        index = trees.append(tx, self.origin, [leaf.canonical()])
        return Placed(self.origin, index, LeafId(leaf.id))

    def _with_body(
        self, tx: Tx, leaf: Leaf, opening: Opening, person_id: str | None
    ) -> Placed:
        placed = self._append(tx, leaf)
        if person_id is None:
            bodies.put(tx, leaf.id, self.me, opening)
        else:
            bodies.put_personal(tx, self.vault, person_id, leaf.id, self.me, opening)
        return placed


def now_of(log: Log) -> int:
    """Return the present as Unix seconds."""
    return seconds(log.clock.now())


def canonical(ev: Value) -> bytes:
    """Return the bytes of an evidence part."""
    return canonical_json.dumps(ev.to_json())
