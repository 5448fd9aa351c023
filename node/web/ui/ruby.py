"""Readings over words: ``[選考|せんこう]`` in a message becomes a ruby element (HTML 4.5.10)."""

import re

from markupsafe import Markup, escape

_READING = re.compile(r"\[([^\[\]|]+)\|([^\[\]|]+)\]")


def ruby(text: str) -> Markup:
    """Return *text*, escaped unless it is markup, with its readings as ruby."""
    # As a plain string: the substitution joins its parts by the subject's own join, and
    # that of Markup escapes them.
    escaped = str(escape(text))
    return Markup(_READING.sub(r"<ruby>\1<rt>\2</rt></ruby>", escaped))  # noqa: S704 - escaped


def without_readings(text: str) -> str:
    """Return *text* with its words alone, for titles."""
    plain = _READING.sub(r"\1", str(text))
    return Markup(plain) if isinstance(text, Markup) else plain  # noqa: S704 - was markup before
