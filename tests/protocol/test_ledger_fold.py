"""The fold of PROTOCOL 7, by the numbers that were modelled and by every reason to be void."""

import pytest

from crypto.canonical_json import Json
from protocol.errors import MembershipAheadError
from protocol.ledger import Counted, Figures, Hold, Receipt
from protocol.ledger_fold import VoidLeafError, VoidReason, effective, void
from protocol.ledger_state import LedgerState
from protocol.level import Level
from protocol.log import leaf as leaves
from protocol.membership import Params
from tests.protocol.ledger_world import Book, World, hexes


def with_params(book: Book, **changes: int) -> Params:
    return book.world.params.model_copy(update=changes)


@pytest.mark.parametrize(("counts", "credits_"), [(9, 0), (10, 1), (12, 1), (20, 2), (50, 5)])
def test_a10_every_tenth_counted_referral_gives_one_credit(counts: int, credits_: int) -> None:
    book = Book()
    book.count(counts)
    assert book.credits == credits_
    assert book.state.balance(book.day).counts == counts


def test_a10_same_person_twice_counts_once() -> None:
    book = Book()
    (first,) = book.world.receipts("beta", "alpha", 1)
    assert book.write(first) is None
    assert book.write(first) is VoidReason.NULLIFIER
    balance = book.state.balance(book.day)
    assert (balance.counts, balance.void) == (1, 1)


def test_a10_referral_without_a_key_does_not_count() -> None:
    book = Book()
    (keyless,) = book.world.receipts("beta", "alpha", 1, level=Level.E0)
    assert book.write(keyless) is VoidReason.RECEIPT


def test_a10_referral_that_no_peer_receipted_does_not_count() -> None:
    book = Book()
    (issued,) = book.world.receipts("beta", "alpha", 1)
    invented = Counted(nullifier=hexes(-1, 64), salt=hexes(-2, 64), receipt=issued.receipt)
    assert book.write(invented) is VoidReason.RECEIPT
    assert book.state.balance(book.day).counts == 0


def test_a10_void_count_leaves_its_nullifier_free() -> None:
    book = Book()
    (issued,) = book.world.receipts("beta", "alpha", 1)
    broken = Counted(nullifier=issued.nullifier, salt=hexes(-2, 64), receipt=issued.receipt)
    assert book.write(broken) is VoidReason.RECEIPT
    assert book.write(issued) is None


def test_thousand_counts_of_one_colluding_issuer_give_no_credit() -> None:
    book = Book(World(Params.default(4)))
    book.count(1000)
    assert book.credits == 0
    # Five of another issuer, not a thousand, are what one credit still needs.
    book.count(5, "gamma")
    assert book.credits == 1
    assert [run.counts for run in book.state.tally.unused] == [995]


def test_credit_takes_the_oldest_counts_within_the_issuer_cap() -> None:
    book = Book(World(Params.default(4)))
    book.count(7, "beta")
    book.count(2, "gamma")
    book.count(2, "beta")
    book.count(2, "delta")
    assert book.credits == 0
    book.count(1, "gamma")
    beta = book.world.companies["beta"].id
    assert book.credits == 1
    assert [(run.issuer, run.counts) for run in book.state.tally.unused] == [(beta, 4)]


def test_lower_ratio_turns_the_waiting_counts_into_several_credits() -> None:
    book = Book()
    book.count(9)
    book.mv = 2
    book.later["v2"] = with_params(book, relay_ratio=3)
    book.count(1)
    assert book.credits == 3
    assert [run.counts for run in book.state.tally.unused] == [1]


def test_credit_dies_after_its_last_day() -> None:
    book = Book()
    book.count(10)
    book.pass_days(365)
    assert book.credits == 1
    book.pass_days(1)
    assert book.credits == 0
    assert book.hold() is VoidReason.NO_CREDIT
    assert book.state.balance(book.day).earned == 1


def test_a11_proposal_without_a_credit_is_refused() -> None:
    assert Book().hold() is VoidReason.NO_CREDIT


def test_a11_three_open_proposals_a_credit() -> None:
    book = Book()
    book.count(10)
    assert [book.hold() for _ in range(4)] == [None, None, None, VoidReason.NO_CREDIT]


def test_a11_spend_at_balance_zero_is_refused() -> None:
    book = Book()
    book.count(10)
    assert book.hold() is None
    first = book.last
    assert book.hold() is None
    second = book.last
    assert book.spend(first) is None
    assert book.credits == 0
    assert book.spend(second) is VoidReason.NO_CREDIT


def test_a11_duplicate_gives_the_credit_back() -> None:
    book = Book()
    book.count(10)
    spend = book.reveal()
    assert book.credits == 0
    assert book.give_back(spend) is None
    assert book.credits == 1
    balance = book.state.balance(book.day)
    assert (balance.spends, balance.returns, balance.earned) == (1, 1, 1)


def test_a11_credit_comes_back_once() -> None:
    book = Book()
    book.count(10)
    spend = book.reveal()
    assert book.give_back(spend) is None
    assert book.give_back(spend) is VoidReason.SPEND


def test_return_needs_an_effective_spend() -> None:
    assert Book().give_back(hexes(-1)) is VoidReason.SPEND


def test_return_comes_at_most_sixty_days_after_the_spend() -> None:
    book = Book()
    book.earn(2)
    spends = book.reveal(), book.reveal()
    book.pass_days(60)
    assert book.give_back(spends[0]) is None
    book.pass_days(1)
    book.later["v2"] = with_params(book, return_cap=5)
    book.mv = 2
    assert book.give_back(spends[1]) is VoidReason.SPEND


def test_returned_credit_lives_to_its_old_end() -> None:
    book = Book()
    book.count(10)
    spend = book.reveal()
    book.pass_days(20)
    assert book.give_back(spend) is None
    book.pass_days(345)
    assert book.credits == 1
    book.pass_days(1)
    assert book.credits == 0


def test_returned_credit_lives_thirty_days_more() -> None:
    book = Book()
    book.count(10)
    book.pass_days(360)
    spend = book.reveal()
    book.pass_days(20)
    assert book.give_back(spend) is None
    book.pass_days(30)
    assert book.credits == 1
    book.pass_days(1)
    assert book.credits == 0


def test_two_honest_refusals_in_ten_spends_cost_one_credit() -> None:
    book = Book()
    book.earn(2)
    spends = book.reveal(), book.reveal()
    assert book.give_back(spends[0]) is None
    assert book.give_back(spends[1]) is VoidReason.RETURN_CAP
    assert book.credits == 1


@pytest.mark.parametrize("delay", [0, 5, 9])
def test_return_abuse_gives_at_most_112_reveals_from_100_credits(delay: int) -> None:
    # However long the abuser waits before it returns each spend that it can.
    book = Book(World(Params.default(3).model_copy(update={"relay_ratio": 1})))
    book.count(100)
    spends: list[str] = []
    while book.credits:
        spends.append(book.reveal())
        if len(spends) > delay:
            book.give_back(spends[-1 - delay])
    for spend in spends:
        book.give_back(spend)
    assert len(spends) + book.credits <= 112
    if delay == 0:
        assert len(spends) == 112


def test_spend_takes_the_credit_that_dies_first() -> None:
    book = Book()
    book.count(10)
    book.pass_days(100)
    book.count(10)
    book.count(10)
    book.reveal()
    assert [(lot.credits) for lot in book.state.tally.credits] == [2]
    book.reveal()
    assert [(lot.credits) for lot in book.state.tally.credits] == [1]
    book.pass_days(365)
    assert book.credits == 1


def test_spend_needs_its_own_open_hold() -> None:
    book = Book()
    book.earn(2)
    assert book.spend(hexes(-1)) is VoidReason.HOLD
    assert book.hold() is None
    hold = book.last
    assert book.spend(hold) is None
    assert book.spend(hold) is VoidReason.HOLD


def test_released_hold_cannot_be_spent_and_makes_room() -> None:
    book = Book()
    book.count(10)
    for _ in range(3):
        assert book.hold() is None
    hold = book.last
    assert book.release(hold) is None
    assert book.release(hold) is VoidReason.HOLD
    assert book.spend(hold) is VoidReason.HOLD
    assert book.hold() is None


def test_hold_is_open_through_its_last_day() -> None:
    book = Book()
    book.count(10)
    assert book.hold(days=14) is None
    hold = book.last
    book.pass_days(14)
    assert book.state.balance(book.day).open_holds == 1
    kept = book.state
    assert book.spend(hold) is None
    book.state = kept
    book.pass_days(1)
    assert book.state.balance(book.day).open_holds == 0
    assert book.spend(hold) is VoidReason.HOLD


def test_hold_that_ended_before_it_was_written_never_opens() -> None:
    book = Book()
    book.count(10)
    assert book.hold(days=-1) is None
    assert book.release(book.last) is VoidReason.HOLD


def test_one_id_occurs_once() -> None:
    book = Book()
    book.earn(3)
    assert book.hold() is None
    hold = book.last
    assert book.write(Hold(bind=hexes(-1, 64), until="2026-12-01"), hold) is VoidReason.REPEATED_ID
    assert book.write_evidence({"kind": "wish"}) is VoidReason.FORM
    # A void leaf has used its id as well.
    assert book.write(Hold(bind=hexes(-1, 64), until="2026-12-01"), book.last) is (
        VoidReason.REPEATED_ID
    )


def test_leaf_that_repeats_the_id_of_another_kind_is_void() -> None:
    book = Book()
    leaf = leaves.ledger(hexes(-1), hexes(-2, 64), book.day, 1)
    state = void(book.state, leaf)
    assert state.balance(book.day).void == 1
    assert state.has_seen(leaf.id)


@pytest.mark.parametrize(
    "ev",
    [
        {"kind": "wish"},
        {"bind": "00" * 32, "until": "2026-12-01"},
        {"kind": "hold", "bind": "00" * 32},
        {"kind": "hold", "bind": "00" * 32, "until": "2026-12-01", "why": ""},
        {"kind": "hold", "bind": "00" * 32, "until": "2026-13-01"},
        {"kind": "hold", "bind": "00" * 31, "until": "2026-12-01"},
        {"kind": 7},
        ["hold"],
    ],
)
def test_other_forms_are_void(ev: Json) -> None:
    book = Book()
    book.count(10)
    assert book.write_evidence(ev) is VoidReason.FORM


def test_day_does_not_fall_below_the_last_effective_leaf() -> None:
    book = Book()
    book.count(1)
    book.pass_days(-1)
    assert book.hold() is VoidReason.DAY
    book.pass_days(400)
    assert book.write_evidence({"kind": "wish"}) is VoidReason.FORM
    book.pass_days(-390)
    # The void leaf from the future does not count.
    book.count(1)


def test_membership_version_does_not_fall() -> None:
    book = Book()
    book.later["v2"] = book.world.params
    book.mv = 2
    book.count(1)
    book.mv = 1
    assert book.write(Figures(quarter="2026-Q3", openings=1, applications=2, hires=0)) is (
        VoidReason.MV
    )


def test_fold_waits_for_an_unknown_membership_version() -> None:
    book = Book()
    book.mv = 2
    with pytest.raises(MembershipAheadError):
        book.hold()


def test_receipts_and_figures_are_effective_and_change_no_balance() -> None:
    book = Book()
    before = book.state.balance(book.day)
    receipt = Receipt(
        origin=hexes(-1),
        nullifier_c=hexes(-2, 64),
        token_c=hexes(-3, 64),
        level=Level.E0,
        mode="sandbox",
    )
    assert book.write(receipt) is None
    assert book.write(Figures(quarter="2026-Q3", openings=1, applications=2, hires=0)) is None
    assert book.state.balance(book.day) == before


def test_void_leaf_changes_nothing_but_the_number_of_void_leaves() -> None:
    book = Book()
    book.count(3)
    before = book.state.tally
    assert book.hold() is VoidReason.NO_CREDIT
    assert book.state.tally == before.model_copy(update={"void": 1})


def test_node_learns_the_reason_before_it_appends() -> None:
    leaf = leaves.ledger(hexes(-1), hexes(-2, 64), "2026-09-21", 1)
    body = Hold(bind=hexes(-3, 64), until="2026-10-01")
    with pytest.raises(VoidLeafError) as caught:
        effective(LedgerState(), leaf, body.to_json(), World().context("alpha"))
    assert caught.value.reason is VoidReason.NO_CREDIT
    assert caught.value.problem == "out-of-state"
