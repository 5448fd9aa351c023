"""The search for an opening among the peers' live tokens, on this node alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from node.clock import Clock, seconds
from node.domain.matching import LiveToken, Reason, match
from node.services.errors import NothingToDoError
from node.services.openings import draft_of, opening_of
from node.storage import peer_tokens, peers, proposals, trees
from node.storage.database import Database, Tx
from node.storage.members import Members
from node.storage.tables.opening import Opening, Proposal
from node.storage.tables.peer_token import PeerToken
from protocol.directory import Directory
from protocol.document import Signed
from protocol.identifiers import MemberId, TokenId
from protocol.level import Level
from protocol.match_life import State
from protocol.membership import LocalName
from protocol.status import Status
from protocol.token import TokenValues

# What asks a person, or has reached the person: no second proposal for that token.
_TAKEN = frozenset(
    {State.PROPOSED, State.ACCEPTED, State.FETCHED, State.UNOPENED, State.REVEALED, State.REFUSED}
)
# The person was not asked, or not told of the end: the same opening may ask again.
_NEVER_ASKED = frozenset({State.CANCELLED, State.REJECTED})


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One token that fits an opening, with what was released of it."""

    token_id: TokenId
    member: MemberId
    company: LocalName
    values: TokenValues
    taken_at: int  # Unix seconds
    not_after: int  # Unix seconds
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """Finds the tokens that a proposal may be made for."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId

    def best(self, opening_id: str) -> list[MatchRow]:
        """Return the best 50 for an opening, by score descending, then token id.

        Raises:
            NoSuchRecordError: there is no such opening.
        """
        with self.db.read() as tx:
            opening = opening_of(tx, opening_id)
            taken = {
                (row.member, row.token_id) for row in proposals.every(tx) if _bars(row, opening.id)
            }
            tokens = [token for token in self._usable(tx) if (token.member, token.id) not in taken]
            return self._matched(tx, opening, tokens)

    def compared(self) -> int:
        """Return how many tokens every search looks at now."""
        with self.db.read() as tx:
            return len(self._usable(tx))

    def fit(self, tx: Tx, opening: Opening, member: MemberId, token_id: TokenId) -> MatchRow:
        """Return the match of one token of *member* that an opening may propose for now.

        Raises:
            NothingToDoError: the token ended, rests for want of a lease, is below the
                level, does not fit, or was proposed for before.
        """
        if any(_bars(row, opening.id) for row in proposals.for_token(tx, member, token_id)):
            raise NothingToDoError("proposed for already")
        tokens = [
            token for token in self._usable(tx) if (token.member, token.id) == (member, token_id)
        ]
        found = self._matched(tx, opening, tokens)
        if not found:
            raise NothingToDoError("the token cannot be proposed for now")
        return found[0]

    def _usable(self, tx: Tx) -> list[PeerToken]:
        """Return the tokens that a lease covers, in time and of the level asked for."""
        now = seconds(self.clock.now())
        directory = self.members.directory(tx)
        level = directory.current.params.reveal_level
        return [
            token
            for member in directory.current.active(besides=self.me)
            if _has_lease(tx, directory, MemberId(member.id), now=now)
            for token in peer_tokens.of_member(tx, member.id)
            if now < token.not_after and Level(token.level) >= level
        ]

    def _matched(self, tx: Tx, opening: Opening, tokens: Iterable[PeerToken]) -> list[MatchRow]:
        directory = self.members.directory(tx)
        # By its origin too: an id is its log's own, and another member can copy it.
        rows = {
            token.id + token.member: (token, TokenValues.parse(token.values)) for token in tokens
        }
        live = [_live(key, values) for key, (_, values) in rows.items()]
        found = []
        for fitting in match(draft_of(opening).requirement, live):
            token, values = rows[fitting.token]
            found.append(
                MatchRow(
                    token_id=TokenId(token.id),
                    member=MemberId(token.member),
                    company=directory.member(token.member).name,
                    values=values,
                    taken_at=token.taken_at,
                    not_after=token.not_after,
                    score=fitting.score,
                    reasons=fitting.reasons,
                )
            )
        return found


def _bars(row: Proposal, opening_id: str) -> bool:
    """Tell whether a proposal stands in the way of another one by that opening."""
    state = State(row.state)
    return state in _TAKEN or (row.opening_id == opening_id and state not in _NEVER_ASKED)


def _has_lease(tx: Tx, directory: Directory, member: MemberId, *, now: int) -> bool:
    """Tell whether a status of that origin is valid and read up to its head (PROTOCOL 4)."""
    peer = peers.known(tx, member)
    if peer is None or peer.status is None or peer.forked or peer.valid_until <= now:
        return False
    origin = directory.origin(member)
    if trees.size(tx, origin) < peer.lease_size:
        return False
    status = Status.parse(Signed.parse(peer.status).doc)
    return trees.root(tx, origin, status.size).hex() == status.root


def _live(key: str, values: TokenValues) -> LiveToken:
    return LiveToken(
        id=key,
        region=values.region,
        occupation=values.occupation,
        years=values.years,
        stage=values.stage,
        language=values.language,
        availability=values.availability,
        skills=frozenset(values.skills or ()),
    )
