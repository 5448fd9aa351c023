"""Dates as Japanese files spell them: Gregorian, 和暦 in every usual form, Excel serial.

The eras and their first days are those of the 元号 ordinances; Excel serials count
days from 1899-12-30 (the 1900 system).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from node.domain.errors import UnreadableError

_EXCEL_ZERO = date(1899, 12, 30)
_JAPAN, _DAY = 9 * 60, 24 * 60  # minutes
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class _Era:
    first: date
    last: date


_ERAS = {
    "明治": _Era(date(1868, 1, 25), date(1912, 7, 29)),
    "大正": _Era(date(1912, 7, 30), date(1926, 12, 24)),
    "昭和": _Era(date(1926, 12, 25), date(1989, 1, 7)),
    "平成": _Era(date(1989, 1, 8), date(2019, 4, 30)),
    "令和": _Era(date(2019, 5, 1), date.max),
}
_SPELLINGS = {
    **_ERAS,
    **{name[0]: era for name, era in _ERAS.items()},
    **dict(zip("MTSHR", _ERAS.values(), strict=True)),
}
_KANJI_DIGITS = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = re.compile("[〇零一二三四五六七八九十]+")
_TENS = re.compile("([1-9]?)十([1-9]?)")
_WEEKDAY = re.compile(r"\s*\([日月火水木金土](?:曜日?)?\)")
_CLOCK = (
    r"(?:[\sT]+(?P<hour>\d{1,2})[:時](?P<minute>\d{2})分?(?::?\d{2}秒?(?:\.\d+)?)?"
    r"\s*(?P<zone>Z|UTC|JST|[-+]\d{2}:?\d{2})?)?"
)
_PARTS = r"(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
_GREGORIAN = re.compile(rf"(?:西暦)?(?P<year>\d{{4}})\s*[-/.年]\s*{_PARTS}{_CLOCK}")
_JAPANESE = re.compile(
    rf"(?P<era>{'|'.join(_ERAS)}|[明大昭平令MTSHR])\s*(?P<year>元|\d{{1,2}})"
    rf"\s*[-/.年]\s*{_PARTS}{_CLOCK}"
)
# What nearly every date is; the way through the other spellings takes ten times as long.
_USUAL = re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})", re.ASCII)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class DateReading:
    """A day, and whether its era had not begun or was over (S64.1.8)."""

    day: date
    era_overrun: bool = False


@lru_cache(maxsize=4096)  # the days of a file are few
def read_date(text: str) -> DateReading:
    """Return the day that *text* names; of a time in another zone, the day in Japan.

    Raises:
        UnreadableError: no known spelling, no such day, or outside 1900 to 2199.
    """
    if match := _USUAL.fullmatch(text):
        return DateReading(_day(int(match["year"]), match))
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = _WEEKDAY.sub("", _arabic(plain)).upper()
    if match := _JAPANESE.fullmatch(plain):
        return _japanese(match)
    if match := _GREGORIAN.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return DateReading(_day(int(match["year"]), match))
    if match := _SERIAL.fullmatch(plain):
        return DateReading(_EXCEL_ZERO + timedelta(days=int(match[1])))
    raise UnreadableError("bad-date")


def _japanese(match: re.Match[str]) -> DateReading:
    era = _SPELLINGS[match["era"]]
    year = 1 if match["year"] == "元" else int(match["year"])
    if year == 0:
        raise UnreadableError("bad-date")
    day = _day(era.first.year + year - 1, match)
    return DateReading(day, era_overrun=not era.first <= day <= era.last)


def _day(year: int, match: re.Match[str]) -> date:
    try:
        day = date(year, int(match["month"]), int(match["day"])) + _into_next_day(match)
    except (OverflowError, ValueError):
        # Its own text may repeat the date.
        raise UnreadableError("bad-date") from None
    if not _EARLIEST <= day <= _LATEST:
        raise UnreadableError("bad-date")
    return day


def _into_next_day(match: re.Match[str]) -> timedelta:
    """Return the whole days by which Japan is ahead of the day that a time is written in."""
    said = match.groupdict()
    zone = said.get("zone")
    if zone is None or zone == "JST":
        return timedelta()
    offset = 0
    if zone not in {"Z", "UTC"}:
        offset = int(zone[1:3]) * 60 + int(zone[-2:])
        offset = -offset if zone[0] == "-" else offset
    minutes = int(said["hour"]) * 60 + int(said["minute"]) - offset + _JAPAN
    return timedelta(days=minutes // _DAY)


def _arabic(text: str) -> str:
    """Return *text* with kanji numbers as digits; weekday letters are left alone."""
    return _KANJI_NUMBER.sub(lambda match: _number(match[0]), text)


def _number(kanji: str) -> str:
    """Return 六十四 as 64 and 二〇〇一 as 2001."""
    digits = "".join(_KANJI_DIGITS.get(character, character) for character in kanji)
    digits = digits.replace("零", "0")
    if "十" not in digits:
        return digits
    match = _TENS.fullmatch(digits)
    if match is None:
        raise UnreadableError("bad-date")
    return str(int(match[1] or "1") * 10 + int(match[2] or "0"))
