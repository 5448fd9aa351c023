"""What config supplies as files, read once into the types of the domain."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import config
from config.settings import LETTERS, Settings
from node.domain.forbidden import Forbidden, forbidden_from
from node.domain.letters import PLACES, LetterPlace, LetterTemplate
from node.domain.mapping import RUNNING, ColumnMapping, mapping_from
from node.domain.vocabulary import FAMILIES, Vocabulary, vocabulary_from
from node.i18n import LANGUAGES, Bilingual, Language
from node.services.letter_message import LetterHead
from node.web.ui.company import Company

_MAPPINGS = Path(config.__file__).parent / "mappings"
_RUNNING = Path(config.__file__).parent / "running.toml"
_FORBIDDEN = Path(config.__file__).parent / "forbidden.toml"
_VOCABULARY = Path(config.__file__).parent / "vocabulary"


@cache
def read_vocabulary() -> Vocabulary:
    """Return the words of all codes."""
    return vocabulary_from(
        {
            family: tomllib.loads((_VOCABULARY / f"{family}.toml").read_text(encoding="utf-8"))
            for family in FAMILIES
        }
    )


@cache
def read_presets() -> Mapping[str, ColumnMapping]:
    """Return the mappings that ship, by name."""
    return {path.stem: read_mapping(path) for path in sorted(_MAPPINGS.glob("*.toml"))}


def read_mapping(path: Path) -> ColumnMapping:
    """Return the mapping of a file like those that ship.

    Raises:
        MappingError: an unknown key, field, end, stage, result or route.
        OSError, ValueError: the file cannot be read as TOML.
    """
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    if document.pop("stages_run", False):
        running = tomllib.loads(_RUNNING.read_text(encoding="utf-8"))["words"]
        document["ends"] = dict.fromkeys(running, RUNNING.code) | document.get("ends", {})
    return mapping_from(path.stem, document)


@cache
def read_forbidden() -> Forbidden:
    """Return what may not be collected."""
    return forbidden_from(tomllib.loads(_FORBIDDEN.read_text(encoding="utf-8")))


@cache
def letter_templates() -> Mapping[tuple[LetterPlace, Language], LetterTemplate]:
    """Return every letter that ships, in every language."""
    return {
        (place, language): LetterTemplate.parse(
            place.kind, language, (LETTERS / f"{place.stem}.{language}.toml").read_text("utf-8")
        )
        for place in PLACES
        for language in LANGUAGES
    }


def letter_head(settings: Settings) -> LetterHead:
    """Return who the letters are from."""
    company = settings.company
    return LetterHead(
        company=Bilingual(company.name_ja, company.name_en),
        representative=company.representative,
        address=company.address,
        desk=company.desk_name,
        desk_phone=company.desk_phone,
        desk_hours=company.desk_hours,
        sender=settings.mail.sender,
        portal_url=settings.node.portal_url,
    )


def page_head(settings: Settings) -> Company:
    """Return who the pages are from."""
    company = settings.company
    return Company(
        name=Bilingual(company.name_ja, company.name_en),
        address=company.address,
        representative=company.representative,
        desk_name=company.desk_name,
        desk_phone=company.desk_phone,
        desk_hours=company.desk_hours,
        legal_mode=settings.node.legal_mode,
        licence=settings.node.licence,
    )
