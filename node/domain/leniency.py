"""How much milder or stricter each interviewer rates the same candidates (DOMAIN 7).

Raw means mislead, since seniors see stronger people. Here each rating is compared with
the mean of its own candidate: y - ȳ on interviewer dummies, with a ridge that shrinks
interviewers of few shared candidates towards 0. Ratings of different scales, or of one
person alone, are never compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from node.domain.intervals import Z_95
from node.i18n import Bilingual

LEAST_SHARED: Final = 8  # candidates also rated by somebody else
_RIDGE: Final = 1.0  # as much as one rating that finds no difference
DEFINITION: Final = Bilingual(
    ja="同じ応募者を評価したほかの面接官との差です（正は甘め、負は厳しめ。段階の数）。"
    "共通の応募者が8人に満たない面接官は「件数不足」とします。",
    en="Difference from other interviewers of the same candidates, in grades: positive is "
    "milder. Interviewers with fewer than 8 shared candidates are too few.",
)


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One rating; the interviewer is an id, never a name."""

    candidate: str
    interviewer: str
    scale: str
    ordinal: int


@dataclass(frozen=True, slots=True)
class Leniency:
    """One interviewer on one scale: grades above (+) or below (-) the colleagues."""

    interviewer: str
    scale: str
    shared: int
    difference: float
    half_width: float  # of the 95 % interval

    @property
    def pseudonym(self) -> str:
        """Return what stands for the interviewer wherever the name must not."""
        return self.interviewer[:6]

    @property
    def is_enough(self) -> bool:
        """Tell whether the difference may be shown."""
        return self.shared >= LEAST_SHARED

    @property
    def interval(self) -> tuple[float, float]:
        """Return the interval of 95 %."""
        return self.difference - self.half_width, self.difference + self.half_width


def leniencies(rows: Iterable[RatingRow]) -> tuple[Leniency, ...]:
    """Return every interviewer who shares a candidate, by scale, then interviewer."""
    scales: dict[str, list[RatingRow]] = defaultdict(list)
    for row in rows:
        scales[row.scale].append(row)
    return tuple(found for scale in sorted(scales) for found in _of_scale(scale, scales[scale]))


def _of_scale(scale: str, rows: Sequence[RatingRow]) -> list[Leniency]:
    shared = _shared_candidates(rows)
    raters = sorted({row.interviewer for group in shared for row in group})
    place = {rater: number for number, rater in enumerate(raters)}
    matrix = [[0.0] * len(raters) for _ in raters]
    right = [0.0] * len(raters)
    for group in shared:
        mean = sum(row.ordinal for row in group) / len(group)
        for row in group:
            own = place[row.interviewer]
            right[own] += row.ordinal - mean
            matrix[own][own] += 1
            for other in group:
                matrix[own][place[other.interviewer]] -= 1 / len(group)
    for number in range(len(raters)):
        matrix[number][number] += _RIDGE
    inverse = _inverse(matrix)
    effects = [sum(a * b for a, b in zip(line, right, strict=True)) for line in inverse]
    variance = _residual_variance(shared, place, effects)
    return [
        Leniency(
            rater,
            scale,
            shared=sum(any(row.interviewer == rater for row in group) for group in shared),
            difference=effects[number],
            half_width=Z_95 * sqrt(variance * inverse[number][number]),
        )
        for rater, number in place.items()
    ]


def _shared_candidates(rows: Sequence[RatingRow]) -> list[list[RatingRow]]:
    """Return the ratings of each candidate whom at least two people rated."""
    groups: dict[str, list[RatingRow]] = defaultdict(list)
    for row in rows:
        groups[row.candidate].append(row)
    return [
        groups[candidate]
        for candidate in sorted(groups)
        if len({row.interviewer for row in groups[candidate]}) > 1
    ]


def _residual_variance(
    groups: Sequence[Sequence[RatingRow]], place: dict[str, int], effects: Sequence[float]
) -> float:
    """Return the variance of one rating around its candidate and interviewer."""
    squares, freedom = 0.0, -len(place) + 1
    for group in groups:
        net = [row.ordinal - effects[place[row.interviewer]] for row in group]
        mean = sum(net) / len(net)
        squares += sum((value - mean) ** 2 for value in net)
        freedom += len(group) - 1
    return squares / max(freedom, 1)


def _inverse(matrix: list[list[float]]) -> list[list[float]]:
    """Return the inverse of a positive definite matrix, by Gauss and Jordan."""
    size = len(matrix)
    rows = [
        [*line, *(float(number == column) for column in range(size))]
        for number, line in enumerate(matrix)
    ]
    for pivot in range(size):
        scale = rows[pivot][pivot]
        rows[pivot] = [value / scale for value in rows[pivot]]
        for number in range(size):
            factor = rows[number][pivot]
            if number != pivot and factor:
                rows[number] = [
                    value - factor * above
                    for value, above in zip(rows[number], rows[pivot], strict=True)
                ]
    return [line[size:] for line in rows]
