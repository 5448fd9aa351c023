import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.intervals import Proportion, discoveries, fisher_lower


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        (15, 300, 3.05, 8.08),
        (0, 20, 0.0, 16.1),
        (3, 3, 43.9, 100.0),
        (285, 300, 91.9, 96.9),
        (50, 285, 13.6, 22.4),
    ],
)
def test_wilson_intervals_of_the_design(count: int, total: int, low: float, high: float) -> None:
    interval = Proportion(count, total).interval
    assert interval is not None
    assert 100 * interval[0] == pytest.approx(low, abs=0.06)
    assert 100 * interval[1] == pytest.approx(high, abs=0.06)


def test_nothing_of_nothing_has_no_share() -> None:
    nothing = Proportion(0, 0)
    assert (nothing.share, nothing.interval, nothing.is_enough) == (None, None, False)


def test_too_few_is_a_half_width_over_15_points() -> None:
    assert not Proportion(0, 3).is_enough
    assert not Proportion(19, 38).is_enough
    assert Proportion(20, 40).is_enough
    assert Proportion(0, 20).is_enough


@pytest.mark.parametrize(("count", "total"), [(-1, 3), (4, 3)])
def test_a_part_is_not_larger_than_its_whole(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="part"):
        Proportion(count, total)


@given(st.integers(1, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(total: int, count: int) -> None:
    proportion = Proportion(min(count, total), total)
    interval, share = proportion.interval, proportion.share
    assert interval is not None
    assert share is not None
    assert 0 <= interval[0] <= share + 1e-12
    assert share - 1e-12 <= interval[1] <= 1


def test_fisher_against_a_table_by_hand() -> None:
    # One of 4 against 3 of 4: (C(4,0)C(4,4) + C(4,1)C(4,3)) / C(8,4) = 17/70.
    assert fisher_lower(Proportion(1, 4), Proportion(3, 4)) == pytest.approx(17 / 70)
    assert fisher_lower(Proportion(4, 4), Proportion(1, 4)) == pytest.approx(1)
    assert fisher_lower(Proportion(3, 4), Proportion(4, 4)) == pytest.approx(0.5)


def test_benjamini_hochberg() -> None:
    # The step-up rule keeps b although 0.03 > 0.05 / 3.
    assert discoveries({"a": 0.01, "b": 0.03, "c": 0.5}) == {"a", "b"}
    assert discoveries({"a": 0.04, "b": 0.045}) == {"a", "b"}
    assert discoveries({"a": 0.04, "b": 0.9}) == set()
    assert discoveries({}) == set()
