"""What waits for a person at this company, and what the last seven days brought."""

from dataclasses import dataclass
from datetime import date, timedelta

from node.clock import Clock, seconds
from node.domain.letter_life import State as LetterState
from node.services.introductions import Introductions
from node.services.ledger import Ledger
from node.services.letters import Letters
from node.services.search import Search
from node.services.withdrawals import Withdrawals
from node.storage import counts, letters, peers, reviews, static_links
from node.storage.database import Database
from node.storage.members import Members
from protocol.delivery import State
from protocol.identifiers import MemberId
from protocol.introduction_life import State as IntroductionState

WEEK = timedelta(days=7)
SILENT_AFTER = 3  # polls in a row without an answer


@dataclass(frozen=True, slots=True)
class Today:
    """The counts of one moment."""

    letters_to_confirm: int
    letters_unknown: int
    letters_held_up: int  # since the mail server does not know our login
    addresses: int  # typed on the page of a static link, and not on file
    rows_left_out: int
    unclear_ends: int  # applications of which nobody knows who ended them
    to_contact: int
    contact_by: date | None
    tokens_in_reach: int
    overdue_receipts: int
    silent_peers: int
    letters_sent: int
    consents: int
    accepted: int
    credits_left: int


@dataclass(frozen=True, slots=True)
class Work:
    """Reads; changes nothing."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    letters: Letters
    introductions: Introductions
    search: Search
    withdrawals: Withdrawals
    ledger: Ledger

    def today(self) -> Today:
        """Return what waits now."""
        fresh = [one for one in self.introductions.every() if one.state is IntroductionState.NEW]
        now = self.clock.now()
        is_held_up = self.letters.sending.pace.is_login_refused
        with self.db.read() as tx:
            _, balance = self.ledger.balance(tx, self.me)
            silent = peers.silent(tx, SILENT_AFTER)
            rows = counts.rows_left_out(tx)
            unclear = reviews.count(tx)
            states = letters.counts(tx)
            addresses = static_links.count_not_on_file(tx, now=seconds(now))
            week = counts.since(tx, seconds(now - WEEK))
        return Today(
            letters_to_confirm=self.letters.to_confirm(),
            letters_unknown=states.get(LetterState.SENDING, 0),
            letters_held_up=states.get(LetterState.CONFIRMED, 0) if is_held_up else 0,
            addresses=addresses,
            rows_left_out=rows,
            unclear_ends=unclear,
            to_contact=len(fresh),
            contact_by=min((one.contact_by for one in fresh), default=None),
            tokens_in_reach=self.search.compared(),
            overdue_receipts=sum(row.state is State.OVERDUE for row in self.withdrawals.matrix()),
            silent_peers=silent,
            letters_sent=week.letters,
            consents=week.consents,
            accepted=week.accepted,
            credits_left=balance.living,
        )
