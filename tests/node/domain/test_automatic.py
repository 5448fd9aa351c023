import pytest

from node.domain.automatic import are_bounces_many, is_crowd


@pytest.mark.parametrize(
    ("letters", "usual", "are_many"),
    [
        (20, (), False),
        (21, (), True),
        (21, (1, 2, 3), True),
        (20, (1, 2, 3), False),
        (30, (10, 9, 11), False),
        (31, (10, 9, 11), True),
        (31, (10, 11), False),
        (32, (10, 11), True),
        (999, (400, 1, 400), False),
    ],
)
def test_a_day_is_a_crowd_above_twenty_and_three_times_the_usual(
    letters: int, usual: tuple[int, ...], *, are_many: bool
) -> None:
    assert is_crowd(letters, usual) is are_many


def test_more_than_five_of_a_hundred_are_many_bounces() -> None:
    assert not are_bounces_many(5)
    assert are_bounces_many(6)
