"""The systems that are read over an API, wired: their connectors, the poll, the webhooks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from config.errors import SettingsError
from config.secrets import read_secret
from config.settings import Settings
from config.sources import SourceSection
from node.assembly.own import Own
from node.assembly.people import People
from node.assembly.words import read_mapping, read_presets
from node.connectors.ats import SOURCES
from node.connectors.ats.source import Access, SourceError
from node.domain.errors import MappingError
from node.domain.mapping import ColumnMapping
from node.services.hooks import Hooks, Reader
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
            SettingsError: a mapping that the settings name cannot be used.
        """
        db, clock, vault = own.db, own.outside.clock, own.vault
        polled: dict[str, PolledSource] = {}
        readers: dict[str, Reader] = {}
        for name, section in own.settings.sources.items():
            kind = SOURCES.get(section.kind)
            if kind is None:
                continue
            secret = _secret(own.settings.node.data_folder, name)
            if kind.connect is not None:
                connect = partial(kind.connect, _access(own, section, secret))
                mapping = source_mapping(name, section)
                polled[name] = PolledSource(
                    name, section.kind, section.poll_interval, mapping, connect
                )
            if kind.read_hook is not None:
                readers[name] = partial(kind.read_hook, secret)
        tell = people.upstream.tell
        intake = RowIntake(people.intake)
        queue = people.letters.queue_rejections
        return cls(
            sources=Sources(db, clock, vault, intake, polled, tell, queue),
            hooks=Hooks(db, clock, vault, readers, frozenset(polled), tell),
        )


def _access(own: Own, section: SourceSection, secret: Callable[[str], str]) -> Access:
    return Access(
        url=section.url or "",
        place=section.app or section.token_url or "",
        transport=own.outside.transport,
        clock=own.outside.clock,
        secret=secret,
    )


def source_mapping(name: str, section: SourceSection) -> ColumnMapping:
    """Return what the fields and words of a source mean: its own mapping, else the shipped one.

    Raises:
        SettingsError: the file that the settings name cannot be used.
    """
    if section.mapping is None:
        return read_presets()[SOURCES[section.kind].preset]
    try:
        return read_mapping(section.mapping)
    except MappingError as error:
        raise SettingsError((f"sources.{name}.mapping: {error}",)) from None
    except (OSError, ValueError):
        raise SettingsError((f"sources.{name}.mapping: cannot be read as TOML",)) from None


def secret_faults(settings: Settings) -> tuple[list[str], list[str]]:
    """Return which keys of sources are missing or open to others, and which webhooks lack one."""
    faults: list[str] = []
    advice: list[str] = []
    folder = settings.node.data_folder
    for name, section in settings.sources.items():
        kind = SOURCES.get(section.kind)
        if kind is None:
            continue
        for secret in kind.secrets:
            faults += _fault(folder, f"{name}.{secret}")
        if kind.hook_secret is not None:
            advice += [
                f"{one}, if it sends webhooks"
                for one in _fault(folder, f"{name}.{kind.hook_secret}")
            ]
    return faults, advice


def _fault(data_folder: Path, name: str) -> tuple[str, ...]:
    try:
        read_secret(data_folder, name)
    except SettingsError as error:
        return error.problems
    return ()


def _secret(data_folder: Path, source: str) -> Callable[[str], str]:
    def read(name: str) -> str:
        try:
            return read_secret(data_folder, f"{source}.{name}")
        except SettingsError:
            raise SourceError("no-credentials") from None

    return read
