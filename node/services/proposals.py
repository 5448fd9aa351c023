"""Proposals: asking a peer to ask the person behind one of its tokens (PROTOCOL 6, reveal 1)."""

from dataclasses import dataclass
from datetime import UTC, datetime

from node.clock import Clock, seconds
from node.domain.matching import RULE_VERSION, Reason, ReasonCode
from node.services.errors import (
    DailyLimitError,
    NoSuchRecordError,
    NothingToDoError,
    RefusedChoiceError,
)
from node.services.holds import Holds, step
from node.services.openings import check_employer, draft_of, job_digest, opening_of
from node.services.outbox import Outbox
from node.services.search import MatchRow, Search
from node.storage import openings, proposals
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.opening import Opening, Proposal
from protocol.day import day_of, start_of
from protocol.identifiers import EnvelopeId, MemberId, TokenId, new_id
from protocol.ledger_state import Balance
from protocol.match_life import Event, State
from protocol.membership import LocalName
from protocol.messages.match import MatchPropose
from protocol.value import Value


class KeptReason(Value):
    """One reason of a match, as it is stored."""

    code: ReasonCode
    argument: str
    weight: int

    @property
    def shown(self) -> Reason:
        """The reason as the match gave it."""
        return Reason(self.code, self.argument, self.weight)


class KeptMatch(Value):
    """Why a proposal was made: the rule, the score and the reasons of its match."""

    rule: int
    score: int
    reasons: tuple[KeptReason, ...]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """One proposal as the pages show it; no score and no reasons once its token has ended."""

    id: str
    opening_id: str
    title: str
    company: LocalName
    state: State
    created_at: datetime
    not_after: datetime  # the person's time to answer
    rule: int | None
    score: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """Makes proposals under a hold, and cancels them."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    search: Search
    holds: Holds
    outbox: Outbox

    def propose(
        self, opening_id: str, member: MemberId, token_id: TokenId, *, not_after: int
    ) -> EnvelopeId:
        """Propose an opening to the person behind a token of *member*; return the proposal's id.

        The person may answer until *not_after* (Unix seconds), or until the token ends
        where that is earlier.

        Raises:
            NoSuchRecordError: there is no such opening.
            NothingToDoError: the opening is closed, or the token cannot be proposed for.
            RefusedChoiceError: *not_after* has passed, or the employer is another company.
            DailyLimitError: the proposals of this day are made.
            NoCreditError: no living credit covers another open proposal.
            ExpiredError: the membership has expired.
        """
        now = seconds(self.clock.now())
        with self.db.begin() as tx:
            opening = opening_of(tx, opening_id)
            directory = self.members.directory(tx)
            directory.current.check_current(now=now)
            if not opening.is_open:
                raise NothingToDoError("the opening is closed")
            check_employer(directory, self.me, draft_of(opening).terms.employer)
            limit = directory.current.params.proposals_per_day
            if proposals.count_since(tx, start_of(day_of(now))) >= limit:
                raise DailyLimitError("the proposals of this day are made")
            fit = self.search.fit(tx, opening, member, token_id)
            end = min(not_after, fit.not_after)
            if end <= now:
                raise RefusedChoiceError("not_after", "no time to answer is left")
            return self._send(tx, opening, fit, end, now)

    def cancel(self, proposal_id: str) -> None:
        """Take a proposal back before its credit is spent; the release tells the origin.

        Raises:
            NoSuchRecordError: there is no such proposal.
            UnexpectedEventError: it ended, or the identity was asked for.
        """
        with self.db.begin() as tx:
            row = proposals.get(tx, proposal_id)
            if row is None:
                raise NoSuchRecordError("no such proposal")
            step(row, Event.CANCEL)
            self.holds.release(tx, row)

    def every(self) -> list[ProposalView]:
        """Return every proposal, the newest first."""
        with self.db.read() as tx:
            return [self._view(tx, row) for row in proposals.every(tx)]

    def balance(self) -> Balance:
        """Return this node's credits and open holds, today."""
        with self.db.read() as tx:
            return self.holds.ledger.balance(tx, self.me)[1]

    def _send(self, tx: Tx, opening: Opening, fit: MatchRow, end: int, now: int) -> EnvelopeId:
        """Hold a credit and queue the message, in the caller's transaction."""
        draft = draft_of(opening)
        proposal_id = EnvelopeId(new_id())
        hold = self.holds.take(
            tx, origin=fit.member, token=fit.token_id, proposal=proposal_id, not_after=end
        )
        message = MatchPropose(
            token=fit.token_id,
            job=job_digest(opening).hex(),
            terms=draft.terms,
            purpose=draft.purpose,
            retention=draft.retention_days,
            not_after=end,
            hold=hold,
        )
        envelope = self.outbox.put(tx, fit.member, message, exp=end, envelope_id=proposal_id)
        proposals.put(
            tx,
            Proposal.new(
                id=proposal_id,
                opening_id=opening.id,
                member=fit.member,
                token_id=fit.token_id,
                reasons=_kept(fit).canonical(),
                state=State.PROPOSED,
                created_at=now,
                not_after=end,
                hold_id=hold.id,
                digest=envelope.digest(),
            ),
        )
        return proposal_id

    def _view(self, tx: Tx, row: Proposal) -> ProposalView:
        opening = openings.get(tx, row.opening_id)
        kept = KeptMatch.parse(row.reasons) if row.reasons else None
        return ProposalView(
            id=row.id,
            opening_id=row.opening_id,
            title="" if opening is None else opening.title,
            company=self.members.directory(tx).member(row.member).name,
            state=State(row.state),
            created_at=_moment(row.created_at),
            not_after=_moment(row.not_after),
            rule=None if kept is None else kept.rule,
            score=None if kept is None else kept.score,
            reasons=() if kept is None else tuple(reason.shown for reason in kept.reasons),
        )


def _kept(fit: MatchRow) -> KeptMatch:
    """Return why a token was proposed for, as it is kept while the token lives."""
    reasons = tuple(
        KeptReason(code=reason.code, argument=reason.argument, weight=reason.weight)
        for reason in fit.reasons
    )
    return KeptMatch(rule=RULE_VERSION, score=fit.score, reasons=reasons)


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
