"""The picture of who came and who was introduced: ribbons of equal scale on both sides.

Widths are per cent of the page, heights pixels, as text keeps its own size in the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from node.web.ui.parts import Said

_TOP: Final = 34  # below the headings
_HEIGHT: Final = 280
_GAP: Final = 14  # between two ribbons, so that their labels stand apart
_MOST: Final = 8  # ribbons a side; more are only in the table
_ROOM: Final = 232  # pixels for ribbons and gaps


@dataclass(frozen=True, slots=True)
class Side:
    """One company's number on one side."""

    name: Said
    number: int


@dataclass(frozen=True, slots=True)
class Ribbon:
    """One company's band: *path* in a box of 100 by the height, its block at *top*."""

    name: Said
    number: int
    path: str
    top: float
    height: float

    @property
    def label_y(self) -> float:
        """The base line of the label beside the block."""
        return round(self.top + self.height / 2 + 5, 1)


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole picture; *middle* is the own company's block."""

    height: int
    arrived: int
    referred: int
    incoming: tuple[Ribbon, ...]
    outgoing: tuple[Ribbon, ...]
    middle_top: float
    middle_height: float


def flow(incoming: Iterable[Side], outgoing: Iterable[Side]) -> Flow | None:
    """Return the picture of both sides, None where there is nothing or too much to draw."""
    left = [side for side in incoming if side.number]
    right = [side for side in outgoing if side.number]
    if not (left or right) or max(len(left), len(right)) > _MOST:
        return None
    scale = min(_scale(side) for side in (left, right) if side)
    arrived, referred = _total(left), _total(right)
    height = max(arrived, referred) * scale
    centre = (_TOP + _HEIGHT) / 2
    return Flow(
        height=_HEIGHT,
        arrived=arrived,
        referred=referred,
        incoming=_ribbons(
            left, scale, centre, "M0 {a}C24 {a} 24 {b} 48 {b}V{d}C24 {d} 24 {c} 0 {c}Z"
        ),
        outgoing=_ribbons(
            right, scale, centre, "M52 {b}C76 {b} 76 {a} 100 {a}V{c}C76 {c} 76 {d} 52 {d}Z"
        ),
        middle_top=round(centre - height / 2, 1),
        middle_height=round(height, 1),
    )


def _total(sides: list[Side]) -> int:
    return sum(side.number for side in sides)


def _scale(sides: list[Side]) -> float:
    return (_ROOM - _GAP * (len(sides) - 1)) / _total(sides)


def _ribbons(sides: list[Side], scale: float, centre: float, path: str) -> tuple[Ribbon, ...]:
    """Return the bands of one side: *path* runs from a to c outside, from b to d inside."""
    height = _total(sides) * scale
    inside = centre - height / 2
    outside = inside - _GAP * (len(sides) - 1) / 2
    ribbons = []
    for side in sides:
        width = side.number * scale
        corners = {"a": outside, "b": inside, "c": outside + width, "d": inside + width}
        drawn = path.format(**{name: f"{y:.1f}" for name, y in corners.items()})
        ribbons.append(Ribbon(side.name, side.number, drawn, round(outside, 1), round(width, 1)))
        outside += width + _GAP
        inside += width
    return tuple(ribbons)
