import pytest

from protocol.errors import MalformedError
from protocol.leaf_place import LeafPlace, ReadLeaf
from tests.protocol.companies import edited

LOG = "alpha.example.jp/tasuki/v1/log/0001"
PLACE = LeafPlace(log=LOG, index=4, id="ab" * 16)


def leaf(index: int, log: str = LOG) -> ReadLeaf:
    return ReadLeaf(log=log, index=index, id="ab" * 16, c="cd" * 32, day="2026-09-21")


def test_place_comes_back() -> None:
    assert LeafPlace.parse(PLACE.canonical()) == PLACE


@pytest.mark.parametrize(
    "change",
    [{"log": "alpha"}, {"index": -1}, {"index": True}, {"id": "ab"}, {"more": 1}],
    ids=str,
)
def test_another_form_is_no_place(change: dict[str, object]) -> None:
    with pytest.raises(MalformedError):
        LeafPlace.parse(edited(PLACE, **change))


def test_leaves_of_one_node_follow_each_other_through_its_logs() -> None:
    assert leaf(4).is_before(leaf(5))
    assert not leaf(5).is_before(leaf(5))
    assert leaf(9).is_before(leaf(0, LOG.replace("0001", "0002")))
    assert not leaf(0, LOG.replace("0001", "0002")).is_before(leaf(9))


def test_leaf_is_at_its_own_place_only() -> None:
    assert leaf(4).is_at(PLACE)
    assert not leaf(5).is_at(PLACE)
    assert not leaf(4, LOG.replace("0001", "0002")).is_at(PLACE)
    assert not leaf(4).is_at(PLACE.model_copy(update={"id": "ef" * 16}))
