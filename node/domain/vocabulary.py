"""The words, Japanese and English, for the codes of the protocol's closed lists."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from node.domain.errors import VocabularyError
from node.domain.mention import Finder, folded
from node.i18n import Bilingual
from protocol.taxonomy import (
    Availability,
    EndedBy,
    Language,
    Reason,
    Region,
    Route,
    Stage,
    StageBand,
    Years,
)
from protocol.vocabulary import OCCUPATIONS, SKILLS

# The headings under which pages show the many codes of these two families.
AREAS: Final = (
    "languages",
    "office",
    "management",
    "corporate",
    "finance",
    "sales",
    "marketing",
    "creative",
    "software",
    "infrastructure",
    "data",
    "engineering",
    "manufacturing",
    "construction",
    "logistics",
    "care",
    "service",
)
_WITH_AREA: Final = frozenset({"occupation", "skill"})

# The families, which are the names of the files in config/vocabulary, and their codes.
FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "occupation": OCCUPATIONS,
    "skill": SKILLS,
    "region": tuple(Region),
    "years": tuple(Years),
    "stage_band": tuple(StageBand),
    "language": tuple(Language),
    "availability": tuple(Availability),
    "stage": tuple(Stage),
    "route": tuple(Route),
    "ended_by": tuple(EndedBy),
    "reason": tuple(Reason),
    "area": AREAS,
}

_LISTS: Final = ("aliases", "alone", "unless", "mhlw")
# A small or fine group of 厚生労働省編職業分類 (048-02, 048-02-03), begun by its middle group.
_MHLW_FINE: Final = re.compile(r"([0-9]{3})-[0-9]{2}(-[0-9]{2})?")
_MHLW: Final = re.compile(r"[0-9]{2,3}")


@dataclass(frozen=True, slots=True)
class Term:
    """One code with its labels and the other spellings that files use for it.

    *alone* are spellings too common for running text, *unless* longer words that hold a
    spelling and mean something else, *area* one of AREAS, *mhlw* the major and middle
    groups of 厚生労働省編職業分類 (令和4年改定) in which its jobs stand.
    """

    code: str
    ja: str
    en: str
    aliases: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    mhlw: tuple[str, ...] = ()
    area: str | None = None

    def label(self, language: str) -> str:
        """Return the label in *language*: ja, and English for every other."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All families, by name and code; build it by :func:`vocabulary_from`."""

    families: Mapping[str, Mapping[str, Term]]
    _spellings: Mapping[str, Mapping[str, str]] = field(repr=False)
    _finders: Mapping[str, Finder] = field(repr=False)

    def terms(self, family: str) -> tuple[Term, ...]:
        """Return the terms of *family* in the order of their file."""
        return tuple(self.families[family].values())

    def label(self, family: str, code: str, language: str) -> str:
        """Return the label of *code*; a code of a newer vocabulary stands for itself."""
        term = self.families[family].get(code)
        return code if term is None else term.label(language)

    def word(self, family: str, code: str) -> Bilingual:
        """Return the label of *code* in both languages."""
        return Bilingual(self.label(family, code, "ja"), self.label(family, code, "en"))

    def find(self, family: str, text: str) -> str | None:
        """Return the code that *text* spells by code, label or alias, None if none.

        A number of 厚生労働省編職業分類 spells the one occupation group that bears it.
        """
        fine = _MHLW_FINE.fullmatch(text)
        return self._spellings[family].get(fine[1] if fine else folded(text))

    def mentioned(self, family: str, text: str) -> tuple[str, ...]:
        """Return the codes of *family* that free text names, sorted."""
        return tuple(sorted(self._finders[family].found(text)))


def vocabulary_from(toml: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Vocabulary:
    """Return the vocabulary of tables family → code → {ja, en, aliases}.

    Raises:
        VocabularyError: a code without words, words without a code, or one spelling
            for two codes of a family.
    """
    if set(toml) != set(FAMILIES):
        raise VocabularyError(f"families differ: {sorted(set(toml) ^ set(FAMILIES))}")
    families = {name: _family(name, toml[name]) for name in FAMILIES}
    return Vocabulary(
        families,
        {name: _spelt(name, terms) for name, terms in families.items()},
        {name: Finder.of(_running(terms)) for name, terms in families.items()},
    )


def _family(name: str, table: Mapping[str, Mapping[str, object]]) -> dict[str, Term]:
    codes = FAMILIES[name]
    if set(table) != set(codes):
        raise VocabularyError(f"{name}: codes differ: {sorted(set(table) ^ set(codes))}")
    return {code: _term(name, code, entry) for code, entry in table.items()}


def _term(family: str, code: str, entry: Mapping[str, object]) -> Term:
    ja, en, area = entry.get("ja"), entry.get("en"), entry.get("area")
    if not (isinstance(ja, str) and ja and isinstance(en, str) and en):
        raise VocabularyError(f"{family}.{code}: ja and en must be texts")
    if area not in (AREAS if family in _WITH_AREA else (None,)):
        raise VocabularyError(f"{family}.{code}: not an area")
    if unknown := set(entry) - {"ja", "en", "area", *_LISTS}:
        raise VocabularyError(f"{family}.{code}: unknown keys {sorted(unknown)}")
    aliases, alone, unless, mhlw = (_texts(family, code, entry, key) for key in _LISTS)
    if not all(_MHLW.fullmatch(number) for number in mhlw):
        raise VocabularyError(f"{family}.{code}: mhlw numbers have two or three digits")
    return Term(code, ja, en, aliases, alone, unless, mhlw, None if area is None else str(area))


def _texts(family: str, code: str, entry: Mapping[str, object], key: str) -> tuple[str, ...]:
    texts = entry.get(key, [])
    if not isinstance(texts, list):
        raise VocabularyError(f"{family}.{code}: {key} is not a list")
    return tuple(str(text) for text in texts)


def _spelt(family: str, terms: Mapping[str, Term]) -> dict[str, str]:
    found: dict[str, str] = {}
    bearers = Counter(number for term in terms.values() for number in term.mhlw)
    for term in terms.values():
        words = (term.code, term.ja, term.en, *term.aliases, *term.alone)
        numbers = (number for number in term.mhlw if bearers[number] == 1)
        for spelling in {folded(word) for word in (*words, *numbers)}:
            if found.setdefault(spelling, term.code) != term.code:
                raise VocabularyError(f"{family}: {spelling} means two codes")
    return found


def _running(terms: Mapping[str, Term]) -> Iterator[tuple[str, str | None]]:
    """Yield the words that running text may use, and their codes."""
    for term in terms.values():
        alone = {folded(word) for word in term.alone}
        for word in (term.ja, term.en, *term.aliases):
            if folded(word) not in alone:
                yield word, term.code
        for word in term.unless:
            yield word, None
