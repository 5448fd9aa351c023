"""The words, Japanese and English, for the codes of protocol.taxonomy, and their finder."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from node.domain.errors import VocabularyError
from node.i18n import Bilingual
from protocol.taxonomy import (
    OCCUPATIONS,
    SKILLS,
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

_SHORTEST_MENTION: Final = 3

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
}


@dataclass(frozen=True, slots=True)
class Term:
    """One code with its labels and the other spellings that files use for it."""

    code: str
    ja: str
    en: str
    aliases: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """Return the label in *language*: ja, and English for every other."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All families, by name and code; build it by :func:`vocabulary_from`."""

    families: Mapping[str, Mapping[str, Term]]
    _spellings: Mapping[str, Mapping[str, str]] = field(repr=False)

    def terms(self, family: str) -> tuple[Term, ...]:
        """Return the terms of *family* in the order of the codes."""
        return tuple(self.families[family].values())

    def label(self, family: str, code: str, language: str) -> str:
        """Return the label of *code*; a code of a newer vocabulary stands for itself."""
        term = self.families[family].get(code)
        return code if term is None else term.label(language)

    def word(self, family: str, code: str) -> Bilingual:
        """Return the label of *code* in both languages."""
        return Bilingual(self.label(family, code, "ja"), self.label(family, code, "en"))

    def find(self, family: str, text: str) -> str | None:
        """Return the code that *text* spells by code, label or alias, None if none."""
        return self._spellings[family].get(_folded(text))

    def mentioned(self, family: str, text: str) -> tuple[str, ...]:
        """Return the codes of *family* that free text names, sorted.

        A word of one or two letters, such as C or Go, names nothing in running text.
        """
        if not text:
            return ()
        plain = unicodedata.normalize("NFKC", text).casefold()
        folded = _folded(text)
        found = {
            code
            for spelling, code in self._spellings[family].items()
            if _mentions(spelling, plain if spelling.isascii() else folded)
        }
        return tuple(sorted(found))


def _mentions(spelling: str, text: str) -> bool:
    """Tell whether folded *text* holds *spelling*; Latin words end where no letter goes on."""
    if len(spelling) < _SHORTEST_MENTION:
        return False
    if not spelling.isascii():
        return spelling in text
    edges = rf"(?<![a-z0-9]){re.escape(spelling)}(?![a-z0-9+#])"
    return re.search(edges, text) is not None


def vocabulary_from(toml: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Vocabulary:
    """Return the vocabulary of tables family → code → {ja, en, aliases}.

    Raises:
        VocabularyError: a code without words, words without a code, or one spelling
            for two codes of a family.
    """
    if set(toml) != set(FAMILIES):
        raise VocabularyError(f"families differ: {sorted(set(toml) ^ set(FAMILIES))}")
    families = {name: _family(name, toml[name]) for name in FAMILIES}
    spellings = {name: _spelt(name, terms) for name, terms in families.items()}
    return Vocabulary(families, spellings)


def _family(name: str, table: Mapping[str, Mapping[str, object]]) -> dict[str, Term]:
    codes = FAMILIES[name]
    if set(table) != set(codes):
        raise VocabularyError(f"{name}: codes differ: {sorted(set(table) ^ set(codes))}")
    return {code: _term(name, code, table[code]) for code in codes}


def _term(family: str, code: str, entry: Mapping[str, object]) -> Term:
    ja, en, aliases = entry.get("ja"), entry.get("en"), entry.get("aliases", [])
    if not (isinstance(ja, str) and ja and isinstance(en, str) and en):
        raise VocabularyError(f"{family}.{code}: ja and en must be texts")
    if not isinstance(aliases, list) or set(entry) - {"ja", "en", "aliases"}:
        raise VocabularyError(f"{family}.{code}: only ja, en and a list of aliases")
    return Term(code, ja, en, tuple(str(alias) for alias in aliases))


def _spelt(family: str, terms: Mapping[str, Term]) -> dict[str, str]:
    found: dict[str, str] = {}
    for term in terms.values():
        for spelling in {_folded(word) for word in (term.code, term.ja, term.en, *term.aliases)}:
            if found.setdefault(spelling, term.code) != term.code:
                raise VocabularyError(f"{family}: {spelling} means two codes")
    return found


def _folded(text: str) -> str:
    """Return *text* without width, case, spaces and the signs that vary in names."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if character not in " \t　・_-/()")
