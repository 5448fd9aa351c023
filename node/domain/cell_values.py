"""The cells that are neither dates nor contacts: years, yen, postal codes."""

import re
import unicodedata
from typing import Final

from node.domain.errors import UnreadableError

BLANK: Final = frozenset({"", "-", "'", "―", "なし", "不明", "未定"})
FORMULA_STARTS: Final = "=+-@\t\r\n"
_MAX_YEARS: Final = 70
_MAX_YEN: Final = 10**9
_POSTAL: Final = re.compile(r"〒?(\d{3})-?(\d{4})")
_SHORT_POSTAL: Final = re.compile(r"\d{5,6}")
_DASHES: Final = re.compile("[\u2010-\u2015\u2212ー]")
_YES: Final = frozenset({"1", "true", "yes", "y", "可", "はい", "許可", "希望する", "○", "有"})
_NO: Final = frozenset({"0", "false", "no", "n", "不可", "いいえ", "拒否", "希望しない", "×", "無"})


def plain(text: str) -> str:
    """Return *text* in NFKC, so that full-width digits and signs are those of ASCII."""
    return unicodedata.normalize("NFKC", text)


def unmarked(text: str) -> str:
    """Return a cell without what stands for nothing in it.

    An apostrophe before a formula's sign is the mark that spreadsheets and our own
    error file put there; a lone one is what HRMOS and ジョブカン write into empty cells. A
    whole number as a script wrote it (9012345678.0) loses its fraction.
    """
    cell = text.strip()
    if cell in BLANK:
        return ""
    if cell[0] == "'" and plain(cell[1]) in FORMULA_STARTS:
        cell = cell[1:]
    if cell.endswith(".0") and cell[:-2].isdecimal():
        cell = cell[:-2]
    return "" if cell in BLANK else cell


def read_years(text: str) -> int:
    """Return full years of experience.

    Raises:
        UnreadableError: no whole number from 0 to 70.
    """
    return _number(plain(text).removesuffix("以上").removesuffix("年"), _MAX_YEARS, "bad-years")


def read_yen(text: str) -> int:
    """Return a sum in yen.

    Raises:
        UnreadableError: no whole number of yen.
    """
    digits = plain(text).replace(",", "").lstrip("¥\\").removesuffix("円")
    return _number(digits, _MAX_YEN, "bad-yen")


def read_postal(text: str) -> str:
    """Return the seven digits of a postal code; zeros that a spreadsheet dropped are put back.

    Raises:
        UnreadableError: no postal code of Japan.
    """
    code = "".join(_DASHES.sub("-", plain(text)).split())
    if _SHORT_POSTAL.fullmatch(code):
        code = code.zfill(7)
    match = _POSTAL.fullmatch(code)
    if match is None:
        raise UnreadableError("bad-postal")
    return match[1] + match[2]


def read_choice(text: str) -> bool:
    """Return whether a cell says yes.

    Raises:
        UnreadableError: neither a yes nor a no.
    """
    said = plain(text).strip().casefold()
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise UnreadableError("bad-choice")


def _number(digits: str, most: int, code: str) -> int:
    if not digits.isascii() or not digits.isdecimal() or int(digits) > most:
        raise UnreadableError(code)
    return int(digits)
