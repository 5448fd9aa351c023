"""Tokens of this node's own people: gate, publication in batches, the end (PROTOCOL 6)."""

from dataclasses import dataclass
from datetime import timedelta

from crypto import canonical_json
from crypto.randomness import random_bytes, shuffled
from node.clock import Clock, day_of, seconds
from node.services.blocks import Blocks
from node.services.log import Log
from node.storage import consents, people
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.consent import Consent, Token
from protocol.anonymity import GATE_FIELDS, GateRow, release
from protocol.body import Opening
from protocol.consent import Purpose
from protocol.fields import TokenField, sorted_fields
from protocol.identifiers import LeafId, MemberId
from protocol.level import Level
from protocol.token import (
    Source,
    TokenEvidence,
    TokenValues,
    consent_commitment,
    key_commitment,
)
from protocol.token_life import Event, State, advance
from protocol.vocabulary import VOCABULARY_HASH

BATCH_WAIT = timedelta(days=1)  # a batch never waits longer for more people
MAX_WITHDRAWN = 200


@dataclass(frozen=True, slots=True)
class Tokens:
    """Publishes what was consented to, and ends it."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    log: Log
    blocks: Blocks

    def publish_due(self) -> int:
        """Publish the waiting tokens if enough people wait or one waited a day; return how many.

        The leaves of all of them are shuffled, so that their order shows no person.
        """
        with self.db.begin() as tx:
            waiting = consents.queued(tx)
            if not waiting:
                return 0
            directory = self.members.directory(tx)
            first = min(
                consent.given_at
                for token in waiting
                if (consent := consents.get(tx, token.consent_id)) is not None
            )
            people_waiting = len({token.person_id for token in waiting})
            may_wait = seconds(self.clock.now() - BATCH_WAIT) < first
            if people_waiting < directory.current.params.batch_min and may_wait:
                return 0
            register = people.register(tx, today=day_of(self.clock.now()))
            for token in shuffled(waiting):
                self._publish(tx, token, register, directory.current.params.k_anon)
            return len(waiting)

    def end(self, tx: Tx, consent: Consent, *, now: int) -> list[str]:
        """End every token of a consent, decoys included, in one leaf; return their ids."""
        ended = consents.tokens_of(tx, consent.id, State.LIVE, State.DECOY, State.QUEUED)
        published = [token.id for token in ended if token.idx is not None]
        for token in ended:
            token.state = advance(State(token.state), Event.WITHDRAW)
            token.ended_at = now
        for start in range(0, len(published), MAX_WITHDRAWN):
            self.log.withdraw_tokens(tx, published[start : start + MAX_WITHDRAWN])
        return published

    def expire(self, tx: Tx, consent: Consent, *, now: int) -> list[str]:
        """Mark the tokens of a consent whose time is over; return the ids of the published."""
        over = consents.tokens_of(tx, consent.id, State.LIVE, State.DECOY, State.QUEUED)
        for token in over:
            # What still waited for its batch is published no more.
            event = Event.WITHDRAW if token.idx is None else Event.EXPIRE
            token.state = advance(State(token.state), event)
            token.ended_at = now
        return [token.id for token in over if token.idx is not None]

    def _publish(self, tx: Tx, token: Token, register: list[GateRow], k: int) -> None:
        consent = consents.get(tx, token.consent_id)
        if consent is None:
            return
        values = self._released(tx, token, consent, register, k)
        token.consent_salt = random_bytes(32)
        token.key_salt = None if consent.key is None else random_bytes(32)
        evidence = TokenEvidence(
            to=token.receiver,
            fields=values.fields,
            vocab=VOCABULARY_HASH,
            key=_key_hash(token, consent).hex(),
            consent=consent_commitment(token.consent_salt, LeafId(consent.id)).hex(),
            level=Level(consent.level),
            source=Source.APPLICATION,
            mode=self.members.directory(tx).descriptor(self.me).legal_mode,
            purpose=Purpose.RECRUITMENT,
            not_after=consent.not_after,
            decoy=not values.fields,
        )
        place = self.log.publish_token(
            tx, Opening.make(evidence.to_json(), values.to_json()), token.id
        )
        token.idx = place.index
        token.published_at = seconds(self.clock.now())
        token.decoy = evidence.decoy
        event = Event.PUBLISH_DECOY if evidence.decoy else Event.PUBLISH
        token.state = advance(State(token.state), event)

    def _released(
        self, tx: Tx, token: Token, consent: Consent, register: list[GateRow], k: int
    ) -> TokenValues:
        """Return what this receiver may see: nothing for who was not chosen or is blocked."""
        fields = chosen_fields(consent, token.receiver)
        if not fields or self.blocks.is_blocked(tx, consent.person_id, token.receiver):
            return TokenValues()
        values = TokenValues.parse(consent.values).only(fields)
        gated = GateRow(
            region=values.region,
            occupation=values.occupation,
            years=values.years,
            stage=values.stage,
        )
        passed = release(gated, register, k)
        if passed is None:
            return TokenValues()
        ungated = set(fields) - set(GATE_FIELDS)
        return values.only(sorted_fields({*passed.fields, *ungated}))


def chosen_fields(consent: Consent, member: str) -> tuple[TokenField, ...]:
    """Return the fields that a consent names for a member; none where it was not chosen."""
    rows = canonical_json.loads(consent.receivers)
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get("member") == member:
            names = row.get("fields")
            return tuple(TokenField(str(name)) for name in names) if isinstance(names, list) else ()
    return ()


def _key_hash(token: Token, consent: Consent) -> bytes:
    # At E0 nothing is committed to: the origin's word is all there is.
    if consent.key is None or consent.key_alg is None or token.key_salt is None:
        return random_bytes(32)
    return key_commitment(token.key_salt, consent.key_alg, consent.key)
