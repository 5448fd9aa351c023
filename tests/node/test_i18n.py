import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from node import i18n
from node.i18n import Bilingual, Language

NODE = Path(i18n.__file__).parent
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "message": None,
    "messages": (1, 2),
    "translate": (1,),
}

Ids = str | tuple[str, ...]


def used() -> Iterator[Ids]:
    for _, _, ids, _, _ in extract_from_dir(
        NODE,
        METHODS,
        options_map={"**/templates/**.html": {"trimmed": "true", "silent": "false"}},
        keywords=KEYWORDS,
    ):
        yield ids


def kept(language: Language) -> dict[Ids, Ids]:
    path = NODE / "locale" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    return {_plain(one.id): _plain(one.string or "") for one in catalog if one.id}


def _plain(text: str | list[str] | tuple[str, ...]) -> Ids:
    return text if isinstance(text, str) else tuple(text)


def placeholders(text: Ids) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|%%", text if isinstance(text, str) else text[-1]))


def test_every_message_has_its_japanese_and_no_other_is_kept() -> None:
    japanese = kept("ja")
    assert set(used()) == set(japanese)
    assert all(text if isinstance(text, str) else all(text) for text in japanese.values())


def test_every_translation_fills_the_same_places() -> None:
    for ids, text in kept("ja").items():
        assert placeholders(ids) == placeholders(text), ids


def test_english_is_the_ids_themselves() -> None:
    assert kept("en") == {}
    english = i18n.catalogue("en")
    assert english.ungettext("%(num)s day", "%(num)s days", 1) == "%(num)s day"
    assert english.ungettext("%(num)s day", "%(num)s days", 2) == "%(num)s days"
    assert i18n.translate("Today", "en") == "Today"
    assert i18n.translate("Today", "ja") == "今日やること"


def test_sentences_in_japanese_are_short_and_calm() -> None:
    for ids, text in kept("ja").items():
        said = re.sub(r"\[([^|\]]+)\|[^\]]+\]", r"\1", text if isinstance(text, str) else text[0])
        assert "!" not in said, ids
        assert "！" not in said, ids
        for sentence in said.split("。"):
            assert len(re.sub(r"（.*?）", "", sentence)) <= 52, ids


MOMENT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "day", "short", "moment", "yen"),
    [
        (
            "ja",
            "2026年11月23日(月)",
            "11月23日(月)",
            "2026年11月23日(月) 10:00",
            "320,000円",
        ),
        ("en", "23 Nov 2026", "23 Nov", "23 Nov 2026 10:00", "JPY 320,000"),
    ],
)
def test_days_times_and_money_as_people_read_them(
    language: Language, day: str, short: str, moment: str, yen: str
) -> None:
    assert i18n.format_day(date(2026, 11, 23), language) == day
    assert i18n.format_short_day(date(2026, 11, 23), language) == short
    assert i18n.format_moment(MOMENT, language) == moment
    assert i18n.format_yen(320_000, language) == yen
    assert i18n.format_yen_range(320_000, 320_000, language) == yen


def test_a_number_carries_its_sign() -> None:
    assert i18n.format_signed(-25, 1) == "−25.0"
    assert i18n.format_signed(0.5, 2) == "+0.50"


def test_a_range_of_money_names_its_currency_once() -> None:
    assert i18n.format_yen_range(300_000, 450_000, "ja") == "300,000〜450,000円"
    assert i18n.format_yen_range(300_000, 450_000, "en") == "JPY 300,000–450,000"


def test_the_day_of_a_moment_is_the_one_in_japan() -> None:
    late = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
    assert i18n.format_day(late, "en") == "23 Nov 2026"
    assert i18n.local_day(late) == date(2026, 11, 23)
    assert i18n.from_seconds(int(MOMENT.timestamp())) == MOMENT


def test_the_first_language_that_we_have_is_taken() -> None:
    assert i18n.preferred(["fr", "en-GB", "ja"]) == "en"
    assert i18n.preferred(["fr"]) == "ja"
    assert i18n.as_language("EN") is None
    assert Bilingual("はい", "yes").in_language("en") == "yes"
    assert i18n.format_count(1234567) == "1,234,567"
