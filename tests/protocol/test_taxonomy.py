import pytest

from protocol.taxonomy import (
    PREFECTURES,
    REGION_OF,
    STAGE_BAND_OF,
    Region,
    Stage,
    Years,
    years_band,
)


@pytest.mark.parametrize(
    ("prefecture", "region"),
    # First and last of each block, and Okinawa (JIS X 0401).
    [
        ("01", Region.HOKKAIDO),
        ("02", Region.TOHOKU),
        ("07", Region.TOHOKU),
        ("08", Region.KANTO),
        ("13", Region.KANTO),
        ("14", Region.KANTO),
        ("15", Region.CHUBU),
        ("23", Region.CHUBU),
        ("24", Region.KINKI),
        ("30", Region.KINKI),
        ("31", Region.CHUGOKU),
        ("35", Region.CHUGOKU),
        ("36", Region.SHIKOKU),
        ("39", Region.SHIKOKU),
        ("40", Region.KYUSHU),
        ("47", Region.KYUSHU),
    ],
)
def test_prefecture_lies_in_its_block(prefecture: str, region: Region) -> None:
    assert REGION_OF[prefecture] is region


def test_all_47_prefectures_have_a_block() -> None:
    assert tuple(f"{number:02}" for number in range(1, 48)) == PREFECTURES
    assert set(REGION_OF.values()) == set(Region)


@pytest.mark.parametrize(
    ("years", "band"),
    [
        (0, "0-1"),
        (1, "0-1"),
        (2, "2-4"),
        (4, "2-4"),
        (5, "5-9"),
        (9, "5-9"),
        (10, "10+"),
        (40, "10+"),
    ],
)
def test_years_fall_into_bands(years: int, band: str) -> None:
    assert years_band(years) is Years(band)


def test_every_stage_has_a_published_band() -> None:
    assert set(STAGE_BAND_OF) == set(Stage)
