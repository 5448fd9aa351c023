import pytest

from crypto.hashing import sha256
from node.domain.leniency import LEAST_SHARED, RatingRow, leniencies

PLANTED = {"mild": 1.0, "usual-1": 0.0, "usual-2": 0.0, "strict": -1.0}


def noise(text: str) -> float:
    return int.from_bytes(sha256(text.encode())[:4]) / 2**32 - 0.5


def planted(candidates: int) -> list[RatingRow]:
    """Strict seniors see the stronger people, so that raw means say the opposite."""
    raters = list(PLANTED)
    rows = []
    for number in range(candidates):
        strong = number % 2 == 1
        pair = (
            (raters[3], raters[1 + number // 2 % 2])
            if strong
            else (raters[0], raters[1 + number // 2 % 2])
        )
        for rater in pair:
            grade = (60 if strong else 30) + 10 * PLANTED[rater]
            grade += 4 * noise(f"{number} {rater}")
            rows.append(RatingRow(f"P-{number}", rater, "A-E", round(grade)))
    return rows


def test_a7_planted_interviewers_are_found_where_raw_means_are_wrong() -> None:
    rows = planted(200)
    found = {one.interviewer: one for one in leniencies(rows)}
    centre = sum(PLANTED.values()) / len(PLANTED)
    for rater, effect in PLANTED.items():
        low, high = found[rater].interval
        assert low - 0.5 <= 10 * (effect - centre) <= high + 0.5
    raw = {
        rater: sum(row.ordinal for row in rows if row.interviewer == rater)
        / sum(row.interviewer == rater for row in rows)
        for rater in PLANTED
    }
    assert raw["strict"] > raw["mild"]
    assert found["strict"].difference < found["usual-1"].difference < found["mild"].difference


def test_a7_fewer_than_eight_shared_candidates_are_too_few() -> None:
    rows = [
        RatingRow(f"P-{number}", rater, "A-E", 3 + (rater == "mild"))
        for number in range(LEAST_SHARED)
        for rater in ("mild", "strict")
    ]
    assert [one.is_enough for one in leniencies(rows)] == [True, True]
    assert [one.is_enough for one in leniencies(rows[2:])] == [False, False]
    assert [one.shared for one in leniencies(rows)] == [LEAST_SHARED, LEAST_SHARED]


def test_the_difference_is_shrunk_towards_none() -> None:
    mild, strict = leniencies(
        [RatingRow("P-1", "mild", "A-E", 5), RatingRow("P-1", "strict", "A-E", 3)]
    )
    assert mild.difference == pytest.approx(-strict.difference)
    assert 0 < mild.difference < 1


def test_scales_and_people_rated_alone_are_never_compared() -> None:
    rows = [
        RatingRow("P-1", "anna", "A-E", 5),
        RatingRow("P-1", "ben", "4-points", 1),
        RatingRow("P-2", "anna", "A-E", 4),
        RatingRow("P-2", "anna", "A-E", 3),
    ]
    assert leniencies(rows) == ()
    assert leniencies([]) == ()


def test_order_of_rows_does_not_matter() -> None:
    rows = planted(40)
    for one, other in zip(leniencies(rows), leniencies(rows[::-1]), strict=True):
        assert (one.interviewer, one.shared) == (other.interviewer, other.shared)
        assert one.interval == pytest.approx(other.interval)
