"""The systems that are read over an API, wired: their connectors, the poll, the webhooks."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from config.errors import SettingsError
from config.secrets import read_secret
from config.sources import SourceSection
from node.assembly.own import Own
from node.assembly.people import People
from node.assembly.words import read_presets
from node.connectors.ats import SOURCES
from node.connectors.ats.source import Access, SourceError
from node.domain.mapping import ColumnMapping, mapping_from
from node.services.hooks import Hooks
from node.services.row_intake import RowIntake
from node.services.sources import PolledSource, Sources


@dataclass(frozen=True, slots=True)
class Reading:
    """The poll of the sources, and the door of their webhooks."""

    sources: Sources
    hooks: Hooks

    @classmethod
    def of(cls, own: Own, people: People) -> Self:
        """Return the reading of a node.

        Raises:
            MappingError: a mapping that the settings name cannot be used.
        """
        db, clock, vault = own.db, own.outside.clock, own.vault
        polled = {
            name: _polled(own, name, section)
            for name, section in own.settings.sources.items()
            if section.kind in SOURCES
        }
        tell = people.upstream.tell
        intake = RowIntake(people.intake)
        queue = people.letters.queue_rejections
        return cls(
            sources=Sources(db, clock, vault, intake, polled, tell, queue),
            hooks=Hooks(db, clock, vault, polled, tell),
        )


def _polled(own: Own, name: str, section: SourceSection) -> PolledSource:
    kind = SOURCES[section.kind]
    secret = _secret(own.settings.node.data_folder, name)
    access = Access(
        url=section.url or "",
        place=section.app or section.token_url or "",
        transport=own.outside.transport,
        clock=own.outside.clock,
        secret=secret,
    )
    return PolledSource(
        name=name,
        kind=section.kind,
        every=section.poll_interval,
        mapping=_mapping(section.mapping, kind.preset),
        connect=partial(kind.connect, access),
        read_hook=None if kind.read_hook is None else partial(kind.read_hook, secret),
    )


def _mapping(path: Path | None, preset: str) -> ColumnMapping:
    if path is None:
        return read_presets()[preset]
    return mapping_from(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))


def _secret(data_folder: Path, source: str) -> Callable[[str], str]:
    def read(name: str) -> str:
        try:
            return read_secret(data_folder, f"{source}.{name}")
        except SettingsError:
            raise SourceError("no-credentials") from None

    return read
