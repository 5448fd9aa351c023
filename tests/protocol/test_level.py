from itertools import pairwise

from protocol.level import Level


def test_levels_are_ordered_by_strength() -> None:
    assert all(weaker < stronger for weaker, stronger in pairwise(Level))
    assert max(Level.E2, Level.E0) is Level.E2
    assert [level.value for level in Level] == ["E0", "E1", "E2", "E3"]
