"""The node's own log: append in the caller's transaction, publish by level (PROTOCOL 2)."""

from dataclasses import dataclass, field

from crypto.canonical_json import Json
from crypto.ed25519 import SigningKey
from node.clock import Clock, day_of
from node.storage import bodies, trees
from node.storage.database import Database, Tx
from node.storage.marker import Marker
from node.storage.members import Members
from node.storage.vault import Vault
from protocol.body import Opening
from protocol.identifiers import MemberId, Origin, new_id
from protocol.leaf_place import LeafPlace
from protocol.log import leaf as leaves
from protocol.log.checkpoint import Checkpoint, sign_checkpoint
from protocol.log.leaf import Leaf
from protocol.log.note import ED25519, Note, NoteSignature, Verifier
from protocol.value import Value


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
        return Verifier(self.origin, ED25519, self.key.public.raw)

    def begin(self, tx: Tx) -> None:
        """Open the log where it is still empty: its first leaf says whose it is."""
        trees.start(tx, self.origin, self.me)
        if trees.size(tx, self.origin) == 0:
            directory = self.members.directory(tx)
            self._append(tx, leaves.log_open(new_id(), self.origin, directory.cs, *self._dated(tx)))

    def member_accept(self, tx: Tx, version: int, digest: bytes) -> LeafPlace:
        """Record that this node took a version of the consortium."""
        day, mv = self._dated(tx)
        return self._append(tx, leaves.member_accept(new_id(), version, digest.hex(), day, mv))

    def evidence_fork(self, tx: Tx, origin: Origin, notes: tuple[str, str]) -> LeafPlace:
        """Publish the proof that a log showed two histories."""
        day, mv = self._dated(tx)
        return self._append(tx, leaves.evidence_fork(new_id(), origin, notes, day, mv))

    def entry(
        self, tx: Tx, ev: Value, pr: dict[str, Json] | None = None, *, person_id: str | None = None
    ) -> LeafPlace:
        """Append an `entry` and keep its body; a person's values are sealed."""
        opening = Opening.make(ev.to_json(), pr or {})
        leaf = leaves.entry(new_id(), opening.commitment().hex(), *self._dated(tx))
        return self._with_body(tx, leaf, opening, person_id if pr else None)

    def ledger(self, tx: Tx, ev: Value, *, day: str) -> LeafPlace:
        """Append a `ledger` leaf whose body all members may read."""
        opening = Opening.make(ev.to_json(), {})
        version = self.members.directory(tx).current.version
        leaf = leaves.ledger(new_id(), opening.commitment().hex(), day, version)
        return self._with_body(tx, leaf, opening, None)

    def publish_token(self, tx: Tx, opening: Opening, token_id: str) -> LeafPlace:
        """Append a `token.publish`; the leaf's id is the token's."""
        leaf = leaves.publish(token_id, opening.commitment().hex(), *self._dated(tx))
        return self._with_body(tx, leaf, opening, None)

    def withdraw_tokens(self, tx: Tx, token_ids: list[str]) -> LeafPlace:
        """Append a `token.withdraw` that ends all of them together."""
        return self._append(tx, leaves.withdraw(new_id(), token_ids, *self._dated(tx)))

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

    def add_cosignatures(self, note_size: int, signatures: list[NoteSignature]) -> None:
        """Keep verified cosignatures on the newest head; with a quorum it is witnessed."""
        with self.db.begin() as tx:
            head = trees.head(tx, self.origin)
            if head is None or head.size != note_size:
                return
            note = Note.parse(head.note)
            for signature in signatures:
                note = note.with_signature(signature)
            trees.set_head(
                tx, self.origin, "signed", at=head.size, root_hash=head.root, note=note.encode()
            )
            directory = self.members.directory(tx)
            witnesses = directory.witnesses_of(self.me)
            signed = sum(any(line.is_by(key) for line in note.signatures) for key in witnesses)
            if signed >= directory.current.witness_quorum:
                trees.set_head(
                    tx,
                    self.origin,
                    "witnessed",
                    at=head.size,
                    root_hash=head.root,
                    note=note.encode(),
                )

    def _dated(self, tx: Tx) -> tuple[str, int]:
        return self.today(tx), self.members.directory(tx).current.version

    def _append(self, tx: Tx, leaf: Leaf) -> LeafPlace:
        index = trees.append(tx, self.origin, [leaf.canonical()])
        return LeafPlace(log=self.origin, index=index, id=leaf.id)

    def _with_body(self, tx: Tx, leaf: Leaf, opening: Opening, person_id: str | None) -> LeafPlace:
        placed = self._append(tx, leaf)
        if person_id is None:
            bodies.put(tx, leaf.id, self.me, opening)
        else:
            bodies.put_personal(tx, self.vault, person_id, leaf.id, self.me, opening)
        return placed
