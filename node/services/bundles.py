"""The audit bundle of this node, for an auditor who has nothing else (PROTOCOL 8)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from crypto import canonical_json
from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_encode
from crypto.merkle import inclusion_proof
from crypto.randomness import random_bytes
from node.clock import Clock, seconds
from node.services.errors import NothingToDoError
from node.services.ledger import Ledger
from node.services.log import Log
from node.services.start import Start
from node.storage import (
    bodies,
    consents,
    disclosures,
    envelopes,
    members,
    peer_tokens,
    people,
    trees,
)
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.envelope import Outgoing
from node.storage.tables.tree import Entry
from protocol.audit import bundle
from protocol.audit import records as rows
from protocol.audit.checks_delivery import cell_state
from protocol.body import Opening
from protocol.day import day_of
from protocol.delivery import Delivery
from protocol.document import Signed
from protocol.envelope import Envelope
from protocol.envelope_life import State
from protocol.errors import LogBehindError
from protocol.identifiers import MemberId
from protocol.leaf_place import LeafPlace
from protocol.ledger import QuotedLeaf
from protocol.log.leaf import Leaf, LeafKind
from protocol.log.proof import InclusionProof
from protocol.messages.match import MatchPropose
from protocol.problem import Problem
from protocol.reveal import Give
from protocol.value import Value

_TRIES = 20
_Kind = TypeVar("_Kind", bound=Value)
_WITH_BODY = frozenset({LeafKind.TOKEN_PUBLISH, LeafKind.LEDGER, LeafKind.ENTRY})


@dataclass(frozen=True, slots=True)
class Bundles:
    """Writes bundles; a person stands in each under an id salted for it alone."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    log: Log
    ledger: Ledger
    start: Start
    key: SigningKey = field(repr=False)

    def export(self) -> bytes:
        """Return the bundle as of now, signed by the document key.

        Raises:
            NothingToDoError: the log grows faster than it is published, or no member answers
                that it may be: try again.
            RestoredBackupError: the database is older than what was signed before.
        """
        for _ in range(_TRIES):
            with self.db.read() as tx:
                head = trees.head(tx, self.log.origin)
                if head is not None and head.size == trees.size(tx, self.log.origin):
                    return bundle.write(self._records(tx), self.key)
            self.start.check_marker()
            if not self.start.may_sign():
                raise NothingToDoError("no member answers, so nothing can be published: try again")
            self.log.publish()
        raise NothingToDoError("the node is too busy to export just now: try again")

    def _records(self, tx: Tx) -> list[rows.Record]:
        exported = seconds(self.clock.now())
        entries = trees.of_kinds(tx, self.log.origin, list(LeafKind))
        salt = random_bytes(32)
        return [
            rows.HeaderRecord(exported=exported, node=self.me, trust=self.members.directory(tx).cs),
            *self._documents(tx),
            *(rows.EntryRecord(e=b64url_encode(entry.payload)) for entry in entries),
            *self._notes(tx),
            *_bodies(tx, self.me, entries),
            *_consents(tx, salt),
            *_tokens(tx),
            *_outs(tx),
            *_ins(tx, entries),
            *_fetches(tx, self.me, entries),
            *self._foreign(tx, entries),
            *self._deliveries(tx, exported),
            *(
                rows.ReceivedRecord(sender=member, token=token, day=day_of(at))
                for member, token, at in peer_tokens.received(tx)
            ),
            *_nullifiers(tx, salt),
            self._balance(tx, day_of(exported)),
        ]

    def _documents(self, tx: Tx) -> Iterator[rows.Record]:
        for text in members.version_documents(tx):
            yield rows.ConsortiumRecord(doc=Signed.parse(text).to_wire())
        for text in members.descriptor_documents(tx):
            yield rows.DescriptorRecord(doc=Signed.parse(text).to_wire())

    def _notes(self, tx: Tx) -> Iterator[rows.Record]:
        witnessed = trees.head(tx, self.log.origin, "witnessed")
        signed = trees.head(tx, self.log.origin)
        if witnessed is not None:
            yield rows.NoteRecord(note=witnessed.note.decode())
        if signed is not None and (witnessed is None or signed.size > witnessed.size):
            yield rows.NoteRecord(note=signed.note.decode())

    def _foreign(self, tx: Tx, entries: list[Entry]) -> Iterator[rows.Record]:
        for _, give in _evidence(tx, self.me, entries, Give):
            asked = disclosures.get(tx, give.proposal)
            if asked is None:
                continue
            # By its sender too: another member may use the same id for what it sends.
            proposal = envelopes.incoming(tx, asked.member, asked.id)
            if proposal is None:
                continue
            envelope = Envelope.parse(Signed.parse(proposal.document).doc)
            hold = MatchPropose.from_json(envelope.to_json()["body"]).hold
            yield rows.ForeignRecord(
                fetch=give.fetch,
                leaves=(
                    self._quote(tx, asked.member, hold),
                    self._quote(tx, asked.member, give.spend),
                ),
            )

    def _quote(self, tx: Tx, member: str, place: LeafPlace) -> QuotedLeaf:
        """Return a leaf of a peer's log with its opening and its proof."""
        entry = trees.entry_at(tx, place.log, place.index)
        # The newest one may be cosigned and never served, which must not end our audits.
        head = trees.head(tx, place.log, "read")
        opening = bodies.whole(tx, member, place.id)
        if entry is None or head is None or opening is None:
            raise LogBehindError("a leaf that a give rests on is not held")
        hashes = inclusion_proof(place.index, head.size, trees.reader(tx, place.log))
        proof = InclusionProof(place.index, tuple(hashes), head.note)
        return QuotedLeaf.from_json(
            {
                "entry": b64url_encode(entry.payload),
                "opening": opening.to_json(),
                "proof": b64url_encode(proof.encode()),
            }
        )

    def _deliveries(self, tx: Tx, exported: int) -> Iterator[rows.Record]:
        sla_s = self.members.directory(tx).current.params.sla_s
        withdrawn = _withdrawn(tx, self.log.origin)
        for token in consents.published(tx):
            if token.decoy:
                continue
            cell = consents.delivery(tx, token.id)
            yield rows.DeliveryRecord(
                token=token.id,
                to=token.receiver,
                state=cell_state(
                    is_delivered=cell is not None and cell.delivered_at is not None,
                    is_deleted=cell is not None and cell.deleted_on is not None,
                    withdrawn=withdrawn.get(token.id),
                    not_after=token.not_after,
                    sla_s=sla_s,
                    now=exported,
                ),
            )

    def _balance(self, tx: Tx, day: str) -> rows.Record:
        size, state = self.ledger.fold(tx, self.me)
        found = state.balance(state.leaf_day(day))
        return rows.BalanceRecord.from_json({"t": "balance", "size": size, **found.to_json()})


def _bodies(tx: Tx, me: MemberId, entries: list[Entry]) -> Iterator[rows.Record]:
    for entry in entries:
        if entry.kind in _WITH_BODY:
            opening = bodies.evidence(tx, me, entry.leaf_id)
            if opening is None:
                yield rows.PastRecord(id=entry.leaf_id)
            else:
                yield rows.BodyRecord.of(entry.leaf_id, opening)


def _consents(tx: Tx, salt: bytes) -> Iterator[rows.Record]:
    for consent in consents.all_consents(tx):
        named = canonical_json.loads(consent.receivers)
        chosen = [
            row
            for row in (named if isinstance(named, list) else [])
            if isinstance(row, dict) and "salt" in row
        ]
        yield rows.ConsentRecord.from_json(
            {
                "t": "consent",
                "id": consent.id,
                "person": rows.person_alias(salt, consent.person_id),
                "receivers": [*chosen],
            }
        )


def _tokens(tx: Tx) -> Iterator[rows.Record]:
    for token in consents.published(tx):
        key = None if token.decoy or token.key_salt is None else token.key_salt.hex()
        yield rows.TokenRecord(
            id=token.id,
            consent=token.consent_id,
            salts=rows.TokenSalts(key=key, consent=(token.consent_salt or b"").hex()),
        )


def _outs(tx: Tx) -> Iterator[rows.Record]:
    for row in envelopes.all_outgoing(tx):
        answer, problem = _outcome(row)
        yield rows.OutRecord(
            doc=Signed.parse(row.document).to_wire(),
            answer=None if answer is None else answer.to_wire(),
            problem=None if problem is None else problem.to_wire(),
        )


def _outcome(row: Outgoing) -> tuple[Signed | None, Signed | None]:
    if row.answer is None:
        return None, None
    if row.state == State.ANSWERED:
        return Signed.parse(row.answer), None
    return None, Problem.parse(row.answer).signed


def _ins(tx: Tx, entries: list[Entry]) -> Iterator[rows.Record]:
    index = {entry.leaf_id: entry.idx for entry in entries}
    for row in sorted(envelopes.all_incoming(tx), key=lambda found: index[found.entry_id]):
        yield rows.InRecord(
            doc=Signed.parse(row.document).to_wire(), answer=Signed.parse(row.answer).to_wire()
        )


def _fetches(tx: Tx, me: MemberId, entries: list[Entry]) -> Iterator[rows.Record]:
    for _, delivery in _evidence(tx, me, entries, Delivery):
        document = consents.fetch_request(tx, bytes.fromhex(delivery.fetch))
        if document is not None:
            yield rows.FetchRecord(doc=Signed.parse(document).to_wire())


def _nullifiers(tx: Tx, salt: bytes) -> Iterator[rows.Record]:
    for nullifier, person in sorted(people.nullifiers(tx)):
        yield rows.NullifierRecord(
            nullifier=nullifier.hex(), person=rows.person_alias(salt, person)
        )


def _evidence(
    tx: Tx, me: MemberId, entries: list[Entry], kind: type[_Kind]
) -> Iterator[tuple[Opening, _Kind]]:
    """Return the evidence of one kind with its opening, in the order of the log."""
    name = kind.model_fields["kind"].default
    for entry in entries:
        opening = bodies.evidence(tx, me, entry.leaf_id) if entry.kind == LeafKind.ENTRY else None
        if opening is not None and opening.ev.get("kind") == name:
            yield opening, kind.from_json(opening.ev)


def _withdrawn(tx: Tx, origin: str) -> dict[str, str]:
    """Return the day on which each withdrawn token was withdrawn."""
    days: dict[str, str] = {}
    for entry in trees.of_kinds(tx, origin, [LeafKind.TOKEN_WITHDRAW]):
        leaf = Leaf.parse(entry.payload)
        for token in leaf.ref or ():
            days.setdefault(token, leaf.day)
    return days
