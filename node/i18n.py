"""The two languages: catalogues, days and times as people read them.

Only the .po files are kept; they are compiled in memory at the first use.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")
DEFAULT: Language = "ja"

# Japan keeps no summer time, so a fixed offset is Asia/Tokyo without a zone database.
TOKYO = timezone(timedelta(hours=9), "Asia/Tokyo")

_LOCALE = Path(__file__).parent / "locale"
_WEEKDAYS = "月火水木金土日"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in both languages, such as a company's name."""

    ja: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the text in *language*."""
        return self.ja if language == "ja" else self.en


def message(text: str) -> str:
    """Return *text*; marks a message id that is looked up later, by a variable."""
    return text


def messages(one: str, many: str) -> tuple[str, str]:
    """Return a message id with its plural; marks them as :func:`message` does."""
    return one, many


@cache
def catalogue(language: Language) -> Translations:
    """Return the messages of *language*."""
    path = _LOCALE / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def translate(text: str, language: Language) -> str:
    """Return the message *text* in *language*."""
    return catalogue(language).ugettext(text)


def as_language(text: str | None) -> Language | None:
    """Return the language that *text* names, None where it names none of ours."""
    return next((language for language in LANGUAGES if language == text), None)


def preferred(wanted: Sequence[str]) -> Language:
    """Return the first of *wanted* (BCP 47 tags, best first) that we have, else the default."""
    for tag in wanted:
        language = as_language(tag.split("-")[0].lower())
        if language is not None:
            return language
    return DEFAULT


def local_day(moment: datetime) -> date:
    """Return the day of *moment* in Japan."""
    return moment.astimezone(TOKYO).date()


def from_seconds(seconds: int) -> datetime:
    """Return the moment of Unix *seconds*."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def format_day(day: date | datetime, language: Language) -> str:
    """Return 2026年11月23日(月) or 23 Nov 2026; a moment's day is the one in Japan."""
    day = _in_japan(day)
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日({_WEEKDAYS[day.weekday()]})"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def format_short_day(day: date | datetime, language: Language) -> str:
    """Return 11月23日(月) or 23 Nov, where the year is plain."""
    day = _in_japan(day)
    if language == "ja":
        return f"{day.month}月{day.day}日({_WEEKDAYS[day.weekday()]})"
    return f"{day.day} {_MONTHS[day.month - 1]}"


def format_month(day: date, language: Language) -> str:
    """Return 2026年11月 or Nov 2026."""
    if language == "ja":
        return f"{day.year}年{day.month}月"
    return f"{_MONTHS[day.month - 1]} {day.year}"


def format_moment(moment: datetime, language: Language) -> str:
    """Return 2026年11月23日(月) 10:00 or 23 Nov 2026 10:00, in the time of Japan."""
    return f"{format_day(moment, language)} {moment.astimezone(TOKYO):%H:%M}"


def format_count(number: int) -> str:
    """Return the digits of *number* in groups of three."""
    return f"{number:,}"


def format_signed(number: float, digits: int) -> str:
    """Return *number* with its sign and *digits* decimals, with a true minus."""
    return f"{number:+.{digits}f}".replace("-", "−")


def format_yen(amount: int, language: Language) -> str:
    """Return 320,000円 or JPY 320,000."""
    return f"{amount:,}円" if language == "ja" else f"JPY {amount:,}"


def format_yen_range(least: int, most: int, language: Language) -> str:
    """Return 300,000〜450,000円 or JPY 300,000–450,000, one amount where both are the same."""
    if least == most:
        return format_yen(least, language)
    return f"{least:,}〜{most:,}円" if language == "ja" else f"JPY {least:,}–{most:,}"


def _in_japan(day: date | datetime) -> date:
    return local_day(day) if isinstance(day, datetime) else day
