"""The fold of PROTOCOL 7 under random acts, against plain numbers."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from protocol.ledger_fold import VoidReason
from protocol.ledger_state import LedgerState, Tally
from protocol.membership import Params
from tests.protocol.ledger_world import Book, World


class Ledger(RuleBasedStateMachine):
    """Random acts against a model of plain numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book(World(Params.default(4).model_copy(update={"credit_life": 40})))
        self.holds: list[str] = []
        self.spends: list[str] = []
        self.rows: set[str] = set()
        self.refused = 0

    def note(self, reason: VoidReason | None) -> bool:
        self.refused += reason is not None
        return reason is None

    @rule(issuer=st.sampled_from(["beta", "gamma", "delta"]), how_many=st.integers(1, 6))
    def count(self, issuer: str, how_many: int) -> None:
        self.book.count(how_many, issuer)

    @rule(days=st.integers(1, 25))
    def wait(self, days: int) -> None:
        self.book.pass_days(days)

    @rule(days=st.integers(0, 20))
    def hold(self, days: int) -> None:
        balance = self.book.state.balance(self.book.day)
        taken = self.note(self.book.hold(days))
        assert taken == (balance.open_holds < 3 * balance.living)
        if taken:
            self.holds.append(self.book.last)

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        before = self.book.state.balance(self.book.day)
        taken = self.note(self.book.release(data.draw(st.sampled_from(self.holds))))
        assert self.book.state.balance(self.book.day).open_holds == before.open_holds - taken

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def spend(self, data: st.DataObject) -> None:
        before = self.book.state.balance(self.book.day)
        taken = self.note(self.book.spend(data.draw(st.sampled_from(self.holds))))
        after = self.book.state.balance(self.book.day)
        assert after.living == before.living - taken
        assert after.open_holds == before.open_holds - taken
        if taken:
            self.spends.append(self.book.last)

    @precondition(lambda self: self.spends)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        before = self.book.state.balance(self.book.day)
        taken = self.note(self.book.give_back(data.draw(st.sampled_from(self.spends))))
        assert self.book.state.balance(self.book.day).living == before.living + taken

    @invariant()
    def nothing_comes_from_nothing(self) -> None:
        balance = self.book.state.balance(self.book.day)
        assert balance.earned * 10 <= balance.counts
        assert balance.living <= balance.earned - balance.spends + balance.returns
        assert balance.returns * 10 <= balance.spends + 9
        assert balance.void == self.refused

    @invariant()
    def kept_state_goes_on_as_the_living_one(self) -> None:
        state = self.book.state
        self.rows |= set(state.added)
        self.book.state = LedgerState(Tally.parse(state.tally.canonical()), before=self.rows)


Ledger.TestCase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
TestLedger = Ledger.TestCase
