import pytest

from node.domain.errors import UnreadableError
from node.domain.regions import NAME_OF, read_prefecture, region_of
from protocol.taxonomy import PREFECTURES, Region


def test_every_prefecture_is_found_with_and_without_its_suffix() -> None:
    assert len(NAME_OF) == len(PREFECTURES) == 47
    for code, name in NAME_OF.items():
        assert read_prefecture(name) == code
        assert read_prefecture(f"{name}架空市1-2") == code
        if name != "北海道":
            assert read_prefecture(name[:-1]) == code


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("名古屋市中村区", "23"),
        ("横浜市西区", "14"),
        ("北九州市", "40"),
        ("京都市", "26"),
        ("広島市中区", "34"),
        (" 東 京 都 千代田区", "13"),
        ("東京", "13"),
    ],
)
def test_addresses_without_prefecture(address: str, code: str) -> None:
    assert read_prefecture(address) == code


def test_an_address_of_nowhere_is_refused() -> None:
    with pytest.raises(UnreadableError, match="bad-prefecture"):
        read_prefecture("架空町1-2-3")


def test_blocks() -> None:
    assert region_of("23") is Region.CHUBU
    assert region_of("47") is Region.KYUSHU
    assert region_of(None) is None
