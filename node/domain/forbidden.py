"""What an employer may not collect: columns that are dropped, numbers that are masked.

The list with its legal grounds is config/forbidden.toml (職業安定法 5条の5 and its
guideline 4; 番号法 20条; APPI 2条3項). What is dropped is dropped before anything is stored.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from node.domain.errors import MappingError
from node.domain.sheet import column_name

_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
# Three groups of four, as the card prints it, or all twelve; any dash, ASCII and full width.
_DIGITS: Final = 12  # of a 個人番号
_TWELVE: Final = re.compile(
    r"(?<!\d)(?:\d{4}[-\u2010-\u2015\u2212\u30fc\uff70\uff0d \u3000]?){2}\d{4}(?!\d)"
)
_NUMBERED: Final = re.compile(r"ID|番号|コード|No\.?|№|電話|携帯|TEL", re.IGNORECASE)
MASK: Final = "*" * 12


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that may not be collected: its name, the ground, and how headers spell it."""

    name: str
    ground: str
    spellings: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Forbidden:
    """All rules, in the order of the file."""

    rules: tuple[Rule, ...]

    def rule_of(self, header: str) -> Rule | None:
        """Return the rule that a column falls under by its header, None where it may stay."""
        name = column_name(header)
        for rule in self.rules:
            if any(spelling.search(name) for spelling in rule.spellings):
                return rule
        return None

    def kept(self, header: Sequence[str]) -> tuple[int, ...]:
        """Return the places of the columns that may stay."""
        return tuple(place for place, name in enumerate(header) if self.rule_of(name) is None)


def forbidden_from(document: Mapping[str, object]) -> Forbidden:
    """Return the rules in a parsed TOML *document*: name → {ground, spellings}.

    Raises:
        MappingError: not such a document, or a spelling that is no pattern.
    """
    rules = []
    for name, entry in document.items():
        ground = entry.get("ground") if isinstance(entry, dict) else None
        spellings = entry.get("spellings") if isinstance(entry, dict) else None
        if not isinstance(ground, str) or not isinstance(spellings, list) or not spellings:
            raise MappingError("unreadable", name)
        try:
            patterns = tuple(re.compile(str(one), re.IGNORECASE) for one in spellings)
        except re.error:
            raise MappingError("unreadable", name) from None
        rules.append(Rule(name, ground, patterns))
    return Forbidden(tuple(rules))


def masked(cell: str, header: str) -> str:
    """Return *cell* with every 個人番号 in it masked.

    A cell that is one number in a column of numbers is left: an id of twelve digits has
    the right check digit once in eleven times.
    """
    if len(cell) < _DIGITS:
        return cell
    if _TWELVE.fullmatch(cell.strip()) and _NUMBERED.search(header):
        return cell
    return _TWELVE.sub(lambda match: MASK if _is_my_number(match[0]) else match[0], cell)


def _is_my_number(text: str) -> bool:
    """Tell whether the twelve digits bear the check digit of a 個人番号.

    Of 行政手続における特定の個人を識別するための番号の利用等に関する法律施行規則 5条.
    """
    digits = [int(sign) for sign in text if sign.isdecimal()]
    rest = sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=False)) % 11
    return digits[11] == (0 if rest <= 1 else 11 - rest)
