"""The texts that an operator may change, read from their TOML files into what the rules use."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from node.domain.errors import LetterError, VocabularyError
from node.domain.letters import LetterKind, LetterTemplate
from node.domain.vocabulary import FAMILIES, Vocabulary, vocabulary_from
from node.i18n import LANGUAGES, Language

LetterTemplates = Mapping[tuple[LetterKind, Language], LetterTemplate]


def read_letters(folder: Path) -> LetterTemplates:
    """Return each kind of letter in each language, from ``kind.language.toml``.

    Raises:
        LetterError: a file is missing, unreadable or no letter of its kind.
    """
    return {
        (kind, language): LetterTemplate.parse(
            kind, language, _text(folder / f"{kind}.{language}.toml")
        )
        for kind in LetterKind
        for language in LANGUAGES
    }


def read_vocabulary(folder: Path) -> Vocabulary:
    """Return the words for all codes, from ``family.toml``.

    Raises:
        VocabularyError: a file is missing, unreadable or does not fit the codes.
    """
    try:
        return vocabulary_from(
            {
                family: tomllib.loads((folder / f"{family}.toml").read_text("utf-8"))
                for family in FAMILIES
            }
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise VocabularyError(f"{folder.name}: {error}") from None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise LetterError(f"{path.name}: missing or unreadable") from None
