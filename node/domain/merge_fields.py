"""The merge fields of letters: a closed set of names, found and filled without a program.

A template is text of an operator. It is never given to a template engine: a sandbox
still renders ``'a' * 10**9``. Only ``{{ name }}`` with a name of :class:`MergeField`,
in English or Japanese, is known, and every other brace is refused.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from node.domain.errors import LetterError


class MergeField(StrEnum):
    """What the node writes into a letter."""

    NAME = "name"
    COMPANY = "company"
    JOB = "job"  # the position applied for
    STAGE = "stage"  # the furthest step of the selection
    LINK = "link"  # the page, with the secret in its path
    CODE = "code"  # 6 digits, typed on the page, never in the link
    UNTIL = "until"
    STOP = "stop"  # the page that stops further offers
    ASKING = "asking"  # the company that wants to get in touch
    ASKING_JOB = "asking_job"
    ANSWER = "answer"
    APPLIED = "applied"  # year and month of the earlier application
    OPENING = "opening"  # the company's own new opening
    WHY = "why"  # why this opening
    ADDRESS = "address"
    REPRESENTATIVE = "representative"
    DESK = "desk"
    DESK_PHONE = "desk_phone"
    DESK_HOURS = "desk_hours"


JAPANESE: Final[Mapping[str, MergeField]] = {
    "氏名": MergeField.NAME,
    "会社名": MergeField.COMPANY,
    "職種": MergeField.JOB,
    "選考段階": MergeField.STAGE,
    "同意リンク": MergeField.LINK,
    "番号": MergeField.CODE,
    "期限": MergeField.UNTIL,
    "停止リンク": MergeField.STOP,
    "依頼元": MergeField.ASKING,
    "依頼職種": MergeField.ASKING_JOB,
    "お返事": MergeField.ANSWER,
    "応募年月": MergeField.APPLIED,
    "募集職種": MergeField.OPENING,
    "理由": MergeField.WHY,
    "住所": MergeField.ADDRESS,
    "代表者": MergeField.REPRESENTATIVE,
    "窓口": MergeField.DESK,
    "窓口電話": MergeField.DESK_PHONE,
    "受付時間": MergeField.DESK_HOURS,
}
_FIELDS: Final = {**{str(field): field for field in MergeField}, **JAPANESE}
# Bounded runs: no text makes it look at a place more often than these.
_FIELD: Final = re.compile(r"(?<!\{)\{\{[ \t]{0,8}(\w{1,20})[ \t]{0,8}\}\}(?!\})")
_REST: Final = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


def merge_fields(text: str) -> frozenset[MergeField]:
    """Return the merge fields in *text*.

    Raises:
        LetterError: braces that are no merge field of ours.
    """
    found = set()
    end = 0
    for match in _FIELD.finditer(text):
        _refuse_braces(text, end, match.start())
        name = _FIELDS.get(match[1])
        if name is None:
            raise LetterError(f"line {_line(text, match.start())}: no such merge field")
        found.add(name)
        end = match.end()
    _refuse_braces(text, end, len(text))
    return frozenset(found)


def known_fields(text: str) -> frozenset[MergeField]:
    """Return the merge fields in *text*, passing over all other braces."""
    return frozenset(_FIELDS[match[1]] for match in _FIELD.finditer(text) if match[1] in _FIELDS)


def fill(text: str, values: Mapping[MergeField, str]) -> str:
    """Return *text*, whose fields are known to be allowed, with *values*.

    A value is put in as it stands: braces in it are text.
    """
    return _FIELD.sub(lambda match: values[_FIELDS[match[1]]], text)


def spelling(field: MergeField, language: str) -> str:
    """Return how a letter in *language* writes a field."""
    if language == "ja":
        return next(f"{{{{ {name} }}}}" for name, one in JAPANESE.items() if one is field)
    return f"{{{{ {field} }}}}"


def _refuse_braces(text: str, start: int, end: int) -> None:
    found = _REST.search(text, start, end)
    if found is not None:
        raise LetterError(
            f"line {_line(text, found.start())}: only {{{{ name }}}} of the merge fields is allowed"
        )


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
