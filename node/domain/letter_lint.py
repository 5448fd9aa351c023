"""What is wrong with a letter's text, beside the text while it is written.

A flaw either stops the text from being kept or is advice. It stops where the letter
would break a law or a promise, could not be sent, or would shame who sends it whoever
gets it; it is advice where only the writer can tell.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from node.domain.errors import LetterError
from node.domain.letters import (
    ADVERTISING,
    LEGAL_FIELDS,
    MAX_BODY,
    MAX_SUBJECT,
    NEEDED,
    NOT_IN_SUBJECT,
    POSSIBLE,
    LetterKind,
)
from node.domain.merge_fields import MergeField, known_fields, merge_fields
from node.i18n import Language


class Flaw(StrEnum):
    """One thing that is wrong with a text."""

    SUBJECT = "subject"  # none, or more than one line
    TOO_LONG = "too-long"
    BRACES = "braces"  # something else than merge fields
    LINK = "link"  # link, code or last day missing
    SENDER = "sender"  # company, representative, address or desk missing (特電法 4)
    OPT_OUT = "opt-out"  # the way to stop missing (特電法 3, 4)
    FIELD = "field"  # another field that the kind needs missing
    EMPTY = "empty"  # a field that would be empty in this letter
    SECRET_SUBJECT = "secret-subject"  # noqa: S105 - the name of a flaw
    TWICE = "twice"  # 様 twice
    HTML = "html"
    IMAGE = "image"
    GIFT = "gift"  # money or gifts for a consent (職安法: お祝い金)
    ANONYMOUS = "anonymous"  # a token is neither 匿名加工情報 nor 仮名加工情報 (APPI 41, 43)
    RESULT = "result"  # of a selection, in the letter that says nothing of it
    LONG_SUBJECT = "long-subject"
    GIFT_WORD = "gift-word"  # a word that may mean a gift
    CODE_TWICE = "code-twice"


ADVICE: Final = frozenset({Flaw.LONG_SUBJECT, Flaw.GIFT_WORD, Flaw.CODE_TWICE})

# One character may stand for 18; no letter needs many of them.
_MAX_FOLDED: Final = 2 * (MAX_SUBJECT + MAX_BODY)
EASY_SUBJECT: Final[dict[Language, int]] = {"ja": 30, "en": 60}  # what a phone shows

_TWICE: Final = re.compile(r"様\s*(?:様|御中|殿)|(?:さま|さん|殿)\s*様|Dear\s+Dear")
# Addresses in angle brackets are no markup.
_HTML: Final = re.compile(
    r"</?[a-z][a-z0-9]{0,15}(?:\s[^<>]{0,500})?/?>|<!--|<!doctype|&(?:nbsp|lt|gt|amp|#\d{1,6});",
    re.IGNORECASE,
)
_IMAGE: Final = re.compile(
    r"<img|!\[[^\]\n]{0,200}\]\(|\bcid:|data:image/"
    r"|https?://[^\s<>]{1,300}\.(?:png|jpe?g|gif|webp|svg|bmp)\b",
    re.IGNORECASE,
)
# Compared without spaces and in one width, so that お 祝 い 金 is found too.
_GIFTS: Final = (
    "お祝い金|御祝い金|祝い金|祝金|お祝金|支度金|ギフト券|ギフトカード|ギフトコード|商品券"
    "|quoカード|クオカード|図書カード|プリペイドカード|キャッシュバック|現金プレゼント|金券"
    "|謝礼金|amazonギフト|アマゾンギフト"
    "|giftcard|giftcertificate|voucher|cashback|signingbonus|cashreward|inexchangeforyourconsent"
)
_GIFT: Final = re.compile(
    rf"{_GIFTS}|(?:ポイント|point)s?を?(?:進呈|付与|還元|プレゼント|差し上げ|さしあげ|もらえ|獲得)"
    r"|[0-9,]{1,9}(?:円分|ポイント|bonuspoints)"
)
_GIFT_WORD: Final = re.compile("ポイント|ギフト|特典|プレゼント|謝礼|報酬|reward|bonus|prize")
_ANONYMOUS: Final = re.compile("匿名加工|仮名加工|anonymouslyprocessed|pseudonymouslyprocessed")
_RESULT: Final = re.compile(
    "選考結果|選考の結果|不採用|不合格|お見送り|見送らせ|残念ながら|希望に添え|希望に沿え"
    "|期待に添え|unsuccessful|unfortunately|rejected|regrettoinform"
)


def lint(kind: LetterKind, language: Language, subject: str, body: str) -> tuple[Flaw, ...]:
    """Return what is wrong with a text, the worst first; nothing of it is run."""
    if len(subject) > MAX_SUBJECT or len(body) > MAX_BODY:
        # Nothing more is looked for in a text of any length.
        return (Flaw.TOO_LONG,)
    folded = _folded(f"{subject}\n{body}")
    if len(folded) > _MAX_FOLDED:
        return (Flaw.TOO_LONG,)
    found = _words(kind, language, subject, body, folded)
    try:
        merge_fields(subject)
        merge_fields(body)
    except LetterError:
        found.add(Flaw.BRACES)
    found |= _fields(kind, known_fields(subject), known_fields(body))
    return tuple(flaw for flaw in Flaw if flaw in found)


def is_blocking(flaws: tuple[Flaw, ...]) -> bool:
    """Tell whether a text with these flaws must not be kept."""
    return not ADVICE.issuperset(flaws)


def _fields(
    kind: LetterKind, above: frozenset[MergeField], below: frozenset[MergeField]
) -> set[Flaw]:
    missing = NEEDED[kind] - below
    kinds = {
        Flaw.LINK: frozenset({MergeField.LINK, MergeField.CODE, MergeField.UNTIL}),
        Flaw.SENDER: LEGAL_FIELDS,
        Flaw.OPT_OUT: frozenset({MergeField.STOP}),
    }
    found = {flaw for flaw, fields in kinds.items() if missing & fields}
    if missing - frozenset().union(*kinds.values()):
        found.add(Flaw.FIELD)
    if (above | below) - POSSIBLE[kind]:
        found.add(Flaw.EMPTY)
    if above & NOT_IN_SUBJECT:
        found.add(Flaw.SECRET_SUBJECT)
    return found


def _folded(text: str) -> str:
    """Return *text* in one width and case and without spaces, for words that are looked for."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _words(kind: LetterKind, language: Language, subject: str, body: str, folded: str) -> set[Flaw]:
    text = f"{subject}\n{body}"
    is_offer = kind in ADVERTISING
    tests = {
        Flaw.SUBJECT: not subject.strip() or not subject.replace("\u3000", " ").isprintable(),
        Flaw.TWICE: _TWICE.search(text),
        Flaw.HTML: _HTML.search(text),
        Flaw.IMAGE: _IMAGE.search(text),
        Flaw.GIFT: is_offer and _GIFT.search(folded),
        Flaw.ANONYMOUS: _ANONYMOUS.search(folded),
        Flaw.RESULT: kind is LetterKind.OFFER and _RESULT.search(folded),
        Flaw.LONG_SUBJECT: len(subject) > EASY_SUBJECT[language],
        Flaw.GIFT_WORD: is_offer and _GIFT_WORD.search(folded) and not _GIFT.search(folded),
        Flaw.CODE_TWICE: len(re.findall(r"\{\{\s{0,8}(?:code|番号)\s{0,8}\}\}", body)) > 1,
    }
    return {flaw for flaw, is_so in tests.items() if is_so}
