from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.errors import UnreadableError
from node.domain.japanese_dates import read_date


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1990/4/1", date(1990, 4, 1)),
        ("1990-04-01", date(1990, 4, 1)),
        ("1990.4.1", date(1990, 4, 1)),
        ("1990年4月1日", date(1990, 4, 1)),
        ("西暦1990年4月1日", date(1990, 4, 1)),
        ("19900401", date(1990, 4, 1)),
        (" 2026/04/01 10:00 ", date(2026, 4, 1)),
        ("2026-04-01T10:00:00.000", date(2026, 4, 1)),
        ("2026年4月1日（水）", date(2026, 4, 1)),
        ("2026年4月1日 10時30分", date(2026, 4, 1)),
        ("2026-04-01T14:59:59Z", date(2026, 4, 1)),
        ("2026-04-01T15:00:00.000Z", date(2026, 4, 2)),
        ("2026-04-01 15:00:00 UTC", date(2026, 4, 2)),
        ("2026/04/01 23:59:59 +0900", date(2026, 4, 1)),
        ("2026-04-01T00:30:00+09:00", date(2026, 4, 1)),
        ("2026-04-01 10:00 JST", date(2026, 4, 1)),
        ("2026-04-01T08:00:00-07:00", date(2026, 4, 2)),
        ("2026-04-01T00:10:00+11:00", date(2026, 3, 31)),
        ("２０２６／０４／０１", date(2026, 4, 1)),
        ("二〇〇一年十二月二十一日", date(2001, 12, 21)),
        ("H2.4.1", date(1990, 4, 1)),
        ("h02.04.01", date(1990, 4, 1)),
        ("平2/4/1", date(1990, 4, 1)),
        ("平成2年4月1日", date(1990, 4, 1)),
        ("㍻2年4月1日", date(1990, 4, 1)),
        ("昭和六十四年一月七日", date(1989, 1, 7)),
        ("昭和 64 年 1 月 7 日", date(1989, 1, 7)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("㋿7年1月3日", date(2025, 1, 3)),
        ("大正15年12月24日", date(1926, 12, 24)),
        ("M45.7.29", date(1912, 7, 29)),
        ("32964", date(1990, 4, 1)),
        ("32964.5", date(1990, 4, 1)),
    ],
)
def test_usual_spellings_are_read(text: str, day: date) -> None:
    reading = read_date(text)
    assert (reading.day, reading.era_overrun) == (day, False)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("S64.1.8", date(1989, 1, 8)),
        ("平成31年5月1日", date(2019, 5, 1)),
        ("令和1年4月30日", date(2019, 4, 30)),
    ],
)
def test_a_day_outside_its_era_is_read_with_a_warning(text: str, day: date) -> None:
    reading = read_date(text)
    assert (reading.day, reading.era_overrun) == (day, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "未定",
        "1990",
        "1990/4",
        "4/1/1990",
        "1990/13/1",
        "1990/2/29",
        "平成0年1月1日",
        "平成二十十年一月一日",
        "明治元年1月25日",  # before 1900
        "2200/1/1",
        "99",
        "1990/4/1 朝",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="bad-date"):
        read_date(text)


@given(st.dates(date(1927, 5, 18), date(2099, 12, 31)))
def test_every_day_survives_every_spelling(day: date) -> None:
    serial = (day - date(1899, 12, 30)) // timedelta(days=1)
    for text in (f"{day:%Y/%m/%d}", day.isoformat(), f"{day:%Y%m%d}", str(serial)):
        assert read_date(text).day == day
    if day >= date(2019, 5, 1):
        assert read_date(f"令和{day.year - 2018}年{day.month}月{day.day}日").day == day


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    try:
        reading = read_date(text)
    except UnreadableError:
        return
    assert date(1900, 1, 1) <= reading.day <= date(2199, 12, 31)
