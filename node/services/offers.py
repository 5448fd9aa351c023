"""What the pages behind a consent link show: the offer before, the standing after."""

from collections.abc import Mapping
from dataclasses import dataclass

from crypto.encoding import b64url_encode
from node.clock import Clock, day_of, seconds
from node.domain.letters import Answer
from node.services.blocks import Blocked, BlockReason, Blocks
from node.services.links import Links, Visit
from node.services.tokens import chosen_fields
from node.services.withdrawals import cell_state
from node.storage import consents, disclosures, letters, people
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.consent import Consent, Token
from protocol import delivery as cell
from protocol.anonymity import GateRow, counts, release
from protocol.consent_life import State
from protocol.disclosure import State as RequestState
from protocol.fields import TokenField, TokenFields
from protocol.identifiers import MemberId
from protocol.membership import Member
from protocol.taxonomy import Region, StageBand, Years
from protocol.token import TokenValues
from protocol.token_life import State as TokenState


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be consented to: the members, the values, how many people share them."""

    members: tuple[tuple[Member, BlockReason | None], ...]
    own: Member
    region: Region | None
    occupation: str | None
    years: Years | None
    stage: StageBand | None
    skills: tuple[str, ...]
    crowds: Mapping[TokenFields, int]
    blocked: tuple[Blocked, ...]
    answer: Answer | None
    key: str | None  # the public key of an earlier consent, base64url


@dataclass(frozen=True, slots=True)
class Shown:
    """One receiver of a standing consent and what it has."""

    member: Member
    fields: TokenFields
    state: cell.State
    delivered_at: int | None
    deleted_on: str | None
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class Request:
    """One request for contact that the person was asked about."""

    asking: Member
    state: RequestState
    asked_at: int
    not_after: int
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The person's latest consent as it is now."""

    consent_id: str
    state: State
    level: str
    not_after: int
    ended_at: int | None
    values: TokenValues
    shown: tuple[Shown, ...]
    requests: tuple[Request, ...]
    is_published: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """What the gate would do to a choice; *people* share all of it, the person included."""

    withheld: TokenFields
    people: int


@dataclass(frozen=True, slots=True)
class Offers:
    """Reads what the consent pages show; changes nothing."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    links: Links
    blocks: Blocks

    def offer(self, secret: str) -> Offer:
        """Return what the link's person may consent to.

        Raises:
            LinkError: the link opens nothing.
        """
        with self.db.read() as tx:
            link = self.links.look(tx, secret, "consent")
            directory = self.members.directory(tx)
            profile = people.profile(tx, link.person_id)
            row = GateRow() if profile is None else people.gate_row(profile)
            register = people.register(tx, today=day_of(self.clock.now()))
            newest = consents.newest(tx, link.person_id)
            return Offer(
                members=tuple(
                    (member, self.blocks.blocked_as(tx, link.person_id, member))
                    for member in directory.current.active(besides=self.me)
                ),
                own=directory.member(self.me),
                region=row.region,
                occupation=row.occupation,
                years=row.years,
                stage=row.stage,
                skills=() if profile is None else tuple(profile.skills.split()),
                crowds=counts(row, register),
                blocked=tuple(self.blocks.of(tx, link.person_id)),
                answer=letters.answer_to(tx, link.letter_id),
                key=None if newest is None or newest.key is None else b64url_encode(newest.key),
            )

    def reach(self, values: TokenValues) -> Reach:
        """Return what the gate withholds of *values*, and how many people share them.

        Language and availability are known of nobody else, so they are not counted.
        """
        with self.db.read() as tx:
            return self.reach_in(tx, values)

    def reach_in(self, tx: Tx, values: TokenValues) -> Reach:
        """Return as :meth:`reach`, in the caller's transaction."""
        chosen = GateRow(
            region=values.region,
            occupation=values.occupation,
            years=values.years,
            stage=values.stage,
        )
        profiles = people.registered(tx, today=day_of(self.clock.now()))
        k = self.members.directory(tx).current.params.k_anon
        passed = release(chosen, [people.gate_row(profile) for profile in profiles], k)
        skills = set(values.skills or ())
        return Reach(
            withheld=chosen.fields
            if passed is None
            else tuple(name for name in chosen.fields if name not in passed.fields),
            people=sum(
                chosen.shares(people.gate_row(profile)) and skills <= set(profile.skills.split())
                for profile in profiles
            ),
        )

    def standing(self, visit: Visit) -> Standing | None:
        """Return the person's latest consent, None where there was none."""
        with self.db.read() as tx:
            consent = consents.newest(tx, visit.person_id)
            return None if consent is None else self._standing(tx, consent)

    def _standing(self, tx: Tx, consent: Consent) -> Standing:
        tokens = consents.tokens_of(tx, consent.id, *TokenState)
        return Standing(
            consent_id=consent.id,
            state=State(consent.state),
            level=consent.level,
            not_after=consent.not_after,
            ended_at=max((token.ended_at or 0 for token in tokens), default=0) or None,
            values=TokenValues.parse(consent.values),
            shown=tuple(
                self._shown(tx, consent, token)
                for token in tokens
                if chosen_fields(consent, token.receiver)
            ),
            requests=self._requests(tx, consent.person_id),
            is_published=all(token.idx is not None for token in tokens),
        )

    def _requests(self, tx: Tx, person_id: str) -> tuple[Request, ...]:
        directory = self.members.directory(tx)
        return tuple(
            Request(
                asking=directory.member(row.member),
                state=RequestState(row.state),
                asked_at=row.asked_at,
                not_after=row.not_after,
                is_answered=row.answered_at is not None,
            )
            for row in disclosures.asked_of(tx, person_id)
        )

    def _shown(self, tx: Tx, consent: Consent, token: Token) -> Shown:
        directory = self.members.directory(tx)
        row = consents.delivery(tx, token.id)
        state = cell.State.NOT_DELIVERED if row is None else cell.State(row.state)
        if row is not None and token.ended_at is not None:
            sla = directory.current.params.sla_s
            state = cell_state(row, token.ended_at, sla, now=seconds(self.clock.now()))
        fields = chosen_fields(consent, token.receiver)
        return Shown(
            member=directory.member(token.receiver),
            fields=tuple(TokenField(name) for name in fields),
            state=state,
            delivered_at=None if row is None else row.delivered_at,
            deleted_on=None if row is None else row.deleted_on,
            is_withheld=token.decoy,
        )
