"""How a spreadsheet shows a number (ECMA-376 part 1, sections 18.8.30 and 18.8.31)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite
from typing import Final

_DATE_IDS: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
BUILT_IN: Final = {
    **dict.fromkeys(_DATE_IDS, "yyyy-mm-dd hh:mm:ss"),
    9: "0%",
    10: "0.00%",
    46: "[h]:mm:ss",
}
_UNSHOWN: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DAY_LETTER: Final = re.compile(r"[ymdhsgea]", re.IGNORECASE)
_NO_DATE: Final = re.compile(r"general|g/標準|e[+-]", re.IGNORECASE)
_ELAPSED: Final = re.compile(r"\[h+\]", re.IGNORECASE)
_CONDITION: Final = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_TOKEN: Final = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]|(.)', re.DOTALL)
_LITERAL: Final = re.compile(r"[-() +\u3000-\u9fff\uff00-\uffef]")
_PERCENT: Final = re.compile(r"[#0,]*(?:\.(0*)#*)?%")
_DIGITS_SHOWN: Final = 15  # a double holds no more, and Excel shows no more
_MAX_SERIAL: Final = 2_950_000  # in the year 9976, counted from 1900 or from 1904
_MAX_PERCENT: Final = 1e12
_DAY_SECONDS: Final = 86_400
_MAX_CODE: Final = 255  # characters; Excel takes no longer format
_LEAP_BUG: Final = 60  # the day 1900-02-29, which never was
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "=": lambda left, right: left == right,
}


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """One number format; *from_1904* counts days from 1904-01-01 instead of 1900."""

    code: str
    from_1904: bool = False

    def shown(self, number: float) -> str:
        """Return dates as ISO 8601, percents and padded digits as shown, else plain digits."""
        if not isfinite(number):
            return ""
        section = _section(self.code[:_MAX_CODE], number)
        plain = _UNSHOWN.sub("", section)
        if _DAY_LETTER.search(_NO_DATE.sub("", plain)):
            if _ELAPSED.search(plain) or 0 <= number < 1:
                return _clock(round(number * _DAY_SECONDS))
            return self._moment(number)
        if abs(number) < _MAX_PERCENT and (match := _PERCENT.fullmatch(plain)):
            places = Decimal(1).scaleb(-len(match[1] or ""))
            return f"{(Decimal(repr(number)) * 100).quantize(places, ROUND_HALF_UP)}%"
        return _padded(section, number) or digits(number)

    def _moment(self, number: float) -> str:
        if not 0 <= number < _MAX_SERIAL:
            return digits(number)
        zero = date(1904, 1, 1) if self.from_1904 else date(1899, 12, 30)
        days, seconds = divmod(round(number * _DAY_SECONDS), _DAY_SECONDS)
        if not self.from_1904 and days < _LEAP_BUG:
            days += 1
        day = (zero + timedelta(days=days)).isoformat()
        return f"{day} {_clock(seconds)}" if seconds else day


def digits(number: float) -> str:
    """Return a finite number as digits, without an exponent or an empty fraction."""
    text = f"{Decimal(f'{number:.{_DIGITS_SHOWN}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _section(code: str, number: float) -> str:
    """Return the part of a format that stands for *number*; the parts stand between ;."""
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    for section in sections:
        if match := _CONDITION.search(section):
            if _COMPARE[match[1]](number, float(match[2])):
                return section
        elif _CONDITION.search(code):
            return section
    negative = number < 0 and len(sections) > 1
    return sections[1] if negative else sections[0]


def _padded(section: str, number: float) -> str | None:
    """Return a postal code, phone or id in its zeros and hyphens; None for another format."""
    places: list[tuple[bool, str]] = []
    for quoted, escaped, sign in _TOKEN.findall(section):
        if sign and sign in "0#?":
            places.append((True, sign))
        elif sign and not _LITERAL.fullmatch(sign):
            return None
        else:
            places.append((False, quoted or escaped or sign))
    slots = sum(1 for is_slot, _ in places if is_slot)
    if slots == 0 or number < 0 or number != int(number) or len(places) == 1:
        return None
    left = digits(number)
    shown: list[str] = []
    for is_slot, text in reversed(places):
        if not is_slot:
            shown.append(text)
            continue
        slots -= 1
        if slots == 0:
            shown.append(left.rjust(1, "0") if text == "0" else left)
        elif left:
            shown.append(left[-1])
            left = left[:-1]
        elif text == "0":
            shown.append("0")
    return "".join(reversed(shown))


def _clock(seconds: int) -> str:
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return f"{clock}:{seconds % 60:02d}" if seconds % 60 else clock
