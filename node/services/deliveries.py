"""Handing out bodies to whom they are for, with the record of provision (PROTOCOL 3, APPI 29)."""

from dataclasses import dataclass

from node.clock import Clock, seconds
from node.services.blocks import Blocks
from node.services.log import Log
from node.services.outbox import Outbox
from node.storage import bodies, consents, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.consent import Delivery, Token
from node.storage.tables.tree import Entry
from protocol import delivery as cell
from protocol.body import Opening
from protocol.delivery import Delivery as DeliveryRecord
from protocol.document import Signed
from protocol.envelope import Envelope, Parcel, open_envelope
from protocol.errors import MalformedError, UntrustedError
from protocol.identifiers import MemberId
from protocol.log.leaf import Leaf, LeafKind
from protocol.messages.body import MAX_ANSWER_BYTES, BodyAnswer, BodyFetch, BodyList, ListedBody

# Hex, keys and the signature around the openings; what does not fit is asked for again.
_ROOM_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Answers `body.fetch`: the ledger to every member, a token to its receiver alone."""

    db: Database
    clock: Clock
    members: Members
    log: Log
    outbox: Outbox
    blocks: Blocks

    def answer(self, caller: MemberId, payload: bytes) -> bytes:
        """Return the bodies that *caller* is entitled to now, in the range that it asks for.

        Raises:
            MalformedError: not a request for bodies of this node's log.
            ExpiredError: the request is past its end.
        """
        signed = Signed.parse(payload)
        with self.db.read() as tx:
            directory = self.members.directory(tx)
        envelope = open_envelope(Parcel(signed), directory.descriptor(caller), me=self.log.me)
        if envelope.sender != caller:
            raise UntrustedError("a request that another member signed")
        if envelope.kind != BodyFetch.KIND:
            raise MalformedError("not a request for bodies")
        envelope.check_fresh(now=seconds(self.clock.now()))
        asked = BodyFetch.from_json(envelope.to_json()["body"])
        if asked.log != self.log.origin:
            raise MalformedError("a request for another log")
        with self.db.begin() as tx:
            return self._answer(tx, caller, envelope, signed, asked).encode()

    def _answer(
        self, tx: Tx, caller: MemberId, envelope: Envelope, signed: Signed, asked: BodyFetch
    ) -> BodyAnswer:
        head = trees.head(tx, self.log.origin)
        end = min(asked.end, head.size if head else 0)
        consortium = self.members.directory(tx).current
        # Who was suspended or has left may ask for ledger bodies, and for no more people.
        is_active = consortium.member(caller) in consortium.active()
        live = {
            token.idx: token
            for token in consents.live_in(tx, caller, asked.start, end)
            if is_active and not self.blocks.is_blocked(tx, token.person_id, caller)
        }
        listed: list[ListedBody] = []
        openings: list[Opening] = []
        handed: list[Token] = []
        room = MAX_ANSWER_BYTES - _ROOM_BYTES
        kinds = [LeafKind.LEDGER, LeafKind.TOKEN_PUBLISH]
        for entry in trees.of_kinds(tx, self.log.origin, kinds, asked.start, end):
            opening = self._entitled(tx, entry, live)
            if opening is None:
                continue
            room -= 2 * opening.size_bytes + 400
            if room < 0:
                end = entry.idx
                break
            listed.append(ListedBody(id=entry.leaf_id, c=Leaf.parse(entry.payload).c or ""))
            openings.append(opening)
            if entry.idx in live:
                handed.append(live[entry.idx])
        if handed:
            self._record(tx, caller, envelope, signed, handed)
        answer = BodyList(
            fetch=envelope.digest().hex(),
            log=asked.log,
            start=asked.start,
            end=max(end, asked.start + 1),
            listed=tuple(listed),
        )
        return BodyAnswer(self.outbox.sign(answer.canonical()), tuple(openings))

    def _record(
        self, tx: Tx, caller: MemberId, envelope: Envelope, signed: Signed, handed: list[Token]
    ) -> None:
        """Log who gets which tokens before the answer is sent."""
        digest = envelope.digest()
        consents.keep_fetch(tx, digest, caller, signed.encode())
        place = self.log.entry(
            tx,
            DeliveryRecord(
                fetch=digest.hex(), to=caller, tokens=tuple(sorted(token.id for token in handed))
            ),
        )
        now = seconds(self.clock.now())
        for token in handed:
            row = consents.delivery(tx, token.id)
            if row is None:
                row = Delivery.new(
                    token_id=token.id, receiver=caller, state=cell.State.NOT_DELIVERED
                )
                tx.add(row)
            row.state = cell.advance(cell.State(row.state), cell.Event.DELIVER)
            row.fetch, row.leaf_id, row.delivered_at = digest, place.id, now

    def _entitled(self, tx: Tx, entry: Entry, live: dict[int | None, Token]) -> Opening | None:
        """Return the body behind an entry if it is a ledger's, or one of the *live* tokens'."""
        if entry.kind == LeafKind.TOKEN_PUBLISH and entry.idx not in live:
            return None
        return bodies.whole(tx, self.log.me, entry.leaf_id)
