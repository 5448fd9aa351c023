"""The finder of a vocabulary's words in free text, such as a CV or a remark.

A Latin word counts where no letter touches it, a word in katakana where no katakana does.
Between kanji nothing shows where a word ends: there the longest word wins, and the
vocabulary names the longer words that mean something else.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from itertools import accumulate
from typing import Final, Self

# A Latin word of one or two letters, such as C, Go or AI, names nothing in running text.
_SHORTEST_LATIN: Final = 3
_SHORTEST: Final = 2
_GAP: Final = re.compile(r"[ \t・_\-/()]+")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Return *text* without width, case, spaces and the signs that vary in names."""
    return "".join(_pieces(text))


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds words in one pass over a text; build it by :meth:`of`."""

    # By the first two characters of the folded spelling, the longest first.
    _starting: Mapping[str, tuple["_Spelling", ...]] = field(repr=False)

    @classmethod
    def of(cls, words: Iterable[tuple[str, str | None]]) -> Self:
        """Return the finder of *words*: a spelling and its code, None for no code."""
        spellings: dict[str, _Spelling] = {}
        for word, code in words:
            pieces = _pieces(word)
            text = "".join(pieces)
            if len(text) >= (_SHORTEST_LATIN if text.isascii() and text.isalnum() else _SHORTEST):
                known = spellings.get(text)
                gaps = frozenset(accumulate(map(len, pieces)))
                spellings[text] = _Spelling(text, code, gaps | known.gaps if known else gaps)
        starting: dict[str, list[_Spelling]] = {}
        for spelling in sorted(spellings.values(), key=lambda one: -len(one.text)):
            starting.setdefault(spelling.text[:_SHORTEST], []).append(spelling)
        return cls({start: tuple(found) for start, found in starting.items()})

    def found(self, text: str) -> frozenset[str]:
        """Return the codes whose words stand in *text*."""
        pieces = _pieces(text)
        passage = _Passage("".join(pieces), frozenset(accumulate(map(len, pieces))))
        codes: set[str] = set()
        at, last = 0, len(passage.text) - _SHORTEST
        while at <= last:
            here = self._starting.get(passage.text[at : at + _SHORTEST])
            spelling = passage.spelt(here, at) if here else None
            if spelling is not None and spelling.code is not None:
                codes.add(spelling.code)
            at += 1 if spelling is None else len(spelling.text)
        return frozenset(codes)


@dataclass(frozen=True, slots=True)
class _Spelling:
    """A folded word; *gaps* are the places where its writing may have a space or a sign."""

    text: str
    code: str | None
    gaps: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Passage:
    """A folded text, and the places in it where spaces or signs stood."""

    text: str
    gaps: frozenset[int]

    def spelt(self, spellings: Iterable[_Spelling], at: int) -> _Spelling | None:
        """Return the first of *spellings* that stands at *at* as a word."""
        for spelling in spellings:
            end = at + len(spelling.text)
            if (
                self.text.startswith(spelling.text, at)
                and not (self._runs_on(at) or self._runs_on(end))
                and not self._is_torn(spelling, at)
            ):
                return spelling
        return None

    def _runs_on(self, place: int) -> bool:
        """Tell whether a word goes on over *place*."""
        if place in self.gaps or place in {0, len(self.text)}:
            return False
        before, after = self.text[place - 1], self.text[place]
        if before.isascii() and after.isascii():
            # A number may follow a name (Java8, Python3), a letter or a sign of C++ may not.
            return (
                (before.isalnum() and after.isalpha())
                or (before.isdigit() and after.isdigit())
                or after in "+#"
            )
        return _script(before) is _script(after) is _Script.KATAKANA

    def _is_torn(self, spelling: _Spelling, at: int) -> bool:
        """Tell whether a gap makes two words of it: one inside a script that it has not itself."""
        return any(
            at + inside in self.gaps
            and inside not in spelling.gaps
            and _script(self.text[at + inside - 1]) is _script(self.text[at + inside])
            for inside in range(1, len(spelling.text))
        )


class _Script(Enum):
    LATIN = 1
    KATAKANA = 2
    OTHER = 3


def _script(character: str) -> _Script:
    if character.isascii():
        return _Script.LATIN
    return _Script.KATAKANA if "ァ" <= character <= "ー" else _Script.OTHER


def _pieces(text: str) -> list[str]:
    """Return *text* without width and case, cut where spaces and signs stood."""
    return _GAP.split(unicodedata.normalize("NFKC", text).casefold())
