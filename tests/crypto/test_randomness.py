import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.randomness import random_below, random_bytes, shuffled


def test_random_bytes_have_the_length_and_do_not_repeat() -> None:
    drawn = {random_bytes(16) for _ in range(100)}
    assert len(drawn) == 100
    assert {len(each) for each in drawn} == {16}
    assert random_bytes(0) == b""


def test_random_below_reaches_every_value_and_no_other() -> None:
    assert {random_below(5) for _ in range(500)} == set(range(5))
    assert random_below(1) == 0


@pytest.mark.parametrize("n", [0, -1])
def test_nothing_lies_below_zero(n: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        random_below(n)


@given(st.lists(st.integers()))
def test_shuffled_keeps_the_items_and_the_argument(items: list[int]) -> None:
    before = list(items)
    assert sorted(shuffled(items)) == sorted(items)
    assert items == before


def test_shuffled_reaches_every_order() -> None:
    assert len({tuple(shuffled((1, 2, 3))) for _ in range(500)}) == 6
