import re
from itertools import pairwise

import pytest

from node.web.console.flow import Flow, Side, flow

NAMES = ("つばくろ電機", "ひたきシステムズ", "めじろ食品", "やまがら物流")


def sides(*numbers: int) -> list[Side]:
    return [Side(name, number) for name, number in zip(NAMES, numbers, strict=False)]


def drawn(incoming: list[Side], outgoing: list[Side]) -> Flow:
    found = flow(incoming, outgoing)
    assert found is not None
    return found


def test_both_sides_have_one_scale() -> None:
    found = drawn(sides(21, 18, 11, 6), sides(24, 14, 17, 19))
    assert (found.arrived, found.referred) == (56, 74)
    pixels = {round(one.height / one.number, 1) for one in found.incoming + found.outgoing}
    assert len(pixels) == 1
    assert found.middle_height == pytest.approx(sum(one.height for one in found.outgoing), abs=1)


def test_every_band_lies_inside_the_picture_and_above_the_next() -> None:
    found = drawn(sides(1, 300, 1, 2), sides(5))
    for side in (found.incoming, found.outgoing):
        for one in side:
            assert one.top >= 30
            assert one.top + one.height <= found.height
            assert all(
                0 <= float(y) <= found.height for y in re.findall(r"[\d.]+(?=[CV ZM])", one.path)
            )
        for one, below in pairwise(side):
            assert one.top + one.height < below.top
            assert below.label_y - one.label_y >= 14


def test_who_has_nothing_has_no_band() -> None:
    found = drawn(sides(3, 0), [])
    assert [one.name for one in found.incoming] == ["つばくろ電機"]
    assert found.outgoing == ()
    assert found.referred == 0


def test_nothing_and_too_much_are_not_drawn() -> None:
    assert flow([], []) is None
    assert flow(sides(0, 0), sides(0)) is None
    assert flow([Side(str(number), 1) for number in range(9)], []) is None
