"""Grades of evaluations: which scale a column uses, and the place of a grade in it.

Scales are never mixed: an A of A to E is the best and an A of S to D the second, so the
scale of a column is told from all of its first grades, and stays beside every rating.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from node.domain.cell_values import plain, unmarked
from node.domain.errors import UnreadableError
from node.domain.field import STAGES, Meaning, StageField, of_stage
from node.domain.sheet import Record

Scale = tuple[str, ...]  # the best grade first, folded

SCALES: Final[tuple[Scale, ...]] = (
    ("a", "b", "c", "d", "e"),
    ("s", "a", "b", "c", "d"),
    ("s", "a", "b", "c", "d", "e"),
    ("5", "4", "3", "2", "1"),
    ("10", "9", "8", "7", "6", "5", "4", "3", "2", "1"),
    ("◎", "○", "△", "×"),
)
# Signs that look alike; NFKC keeps them apart.
_MARKS: Final = str.maketrans({"\u3007": "○", "◯": "○", "▲": "△", "✕": "×", "✖": "×"})
_RATINGS: Final = tuple(of_stage(stage, StageField.RATING) for stage in STAGES)
_TOLD: Final = re.compile(r"(.+)\((.+)\)")


def read_grade(text: str, usual: Scale) -> tuple[Scale, int]:
    """Return the scale of a grade, and its place in it from 1 (worst).

    The scale is the *usual* one, or that which stands behind the grade: ``A (S-D)``.

    Raises:
        UnreadableError: not a grade of it.
    """
    grade, scale = _folded(text), usual
    if told := _TOLD.fullmatch(grade):
        grade, name = told.groups()
        known = {_folded(scale_name(one)): one for one in (*SCALES, usual)}
        scale = known.get(name, ())
    if grade not in scale:
        raise UnreadableError("bad-rating")
    return scale, len(scale) - scale.index(grade)


def scale_name(scale: Scale) -> str:
    """Return what is kept beside a rating, such as S-D."""
    return f"{scale[0]}-{scale[-1]}".upper()


def with_scale(text: str, name: str) -> str:
    """Return a grade with its scale behind it, as :func:`read_grade` reads it again."""
    return text if _TOLD.fullmatch(_folded(text)) else f"{text} ({name})"


def scales_of(
    columns: Mapping[str, Meaning],
    usual: Scale,
    header: Sequence[str],
    records: Iterable[Record],
) -> dict[Meaning, Scale]:
    """Return the scale of each column of ratings in which a grade is not of the *usual* one.

    It is the first known scale that has all grades of the column; without one, none.
    """
    said: dict[Meaning, set[str]] = {}
    places = [
        (place, columns[name]) for place, name in enumerate(header) if columns.get(name) in _RATINGS
    ]
    for record in records:
        for place, meaning in places if record.fault is None else ():
            if cell := unmarked(record.cells[place]):
                said.setdefault(meaning, set()).add(_folded(cell))
    found = {
        meaning: next((scale for scale in (usual, *SCALES) if grades <= set(scale)), usual)
        for meaning, grades in said.items()
    }
    return {meaning: scale for meaning, scale in found.items() if scale != usual}


@lru_cache(maxsize=512)
def _folded(text: str) -> str:
    return "".join(plain(text).casefold().split()).translate(_MARKS)
