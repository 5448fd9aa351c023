"""The words of the consent page, whose hash the person signs (ISO/IEC TS 27560, notice)."""

from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_file

from node.i18n import Language, catalogue

_TEMPLATE = Path(__file__).parent / "templates" / "consent.html"


@cache
def consent_text(language: Language, conditions: str) -> str:
    """Return every sentence of the consent page in *language*, one a line.

    The last line is the version of the *conditions* under which people are asked. They
    are the same for every person; what differs, the choices, stands in the statement
    itself.
    """
    translations = catalogue(language)
    found = extract_from_file("jinja2.ext:babel_extract", _TEMPLATE)
    texts = [text if isinstance(text, str) else text[0] for _, text, _, _ in found]
    return "\n".join((*map(translations.ugettext, texts), conditions)) + "\n"
