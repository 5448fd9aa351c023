"""The settings of one node: init > environment (``TASUKI_``) > TOML > secrets.

An unknown key is refused, the tree is frozen, and no message shows a value.
"""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as SourceError

from config.errors import SettingsError
from config.mail import MailSection
from config.sources import SourceSection
from config.units import AbsolutePath, Address, Bind, Duration, Line, PublicUrl
from config.webhook import WebhookSection
from protocol.descriptor import LegalMode
from protocol.taxonomy import Route

ENVIRONMENT_PREFIX = "TASUKI_"
LETTERS = Path(__file__).parent / "letters"
EXAMPLE = Path(__file__).parent / "example.toml"

_SECTION = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
_LICENCE = re.compile(r"\A[0-9]{2}-[ユム特地学]-[0-9]{6}\Z|\A51-募-[0-9]{6}\Z", re.ASCII)
_CORPORATE_NUMBER = re.compile(r"\A[0-9]{13}\Z", re.ASCII)
_COUNTRY = re.compile(r"\A[A-Z]{2}\Z", re.ASCII)
_SOURCE = re.compile(r"\A[a-z0-9][a-z0-9-]{0,31}\Z", re.ASCII)
_MAX_YEN = 1_000_000_000
_MAX_LETTERS = 10_000
_PLACING = frozenset({"agency", "free-permit", "own-group"})
_DATABASES = ("sqlite://", "postgresql+psycopg://")


def _corporate_number(text: str) -> str:
    if _CORPORATE_NUMBER.fullmatch(text) is None:
        raise ValueError("write the 13 digits of the corporate number, in quotes")
    return text


def _country(text: str) -> str:
    if _COUNTRY.fullmatch(text) is None:
        raise ValueError('write the two capital letters of ISO 3166, such as "JP"')
    return text


def _database(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(_DATABASES):
        raise ValueError("begin with sqlite:/// or postgresql+psycopg://")
    return url


CorporateNumber = Annotated[str, AfterValidator(_corporate_number)]


class NodeSection(BaseModel):
    """Where the node lives, how others reach it, and under which law."""

    model_config = _SECTION

    data_folder: AbsolutePath
    marker_file: AbsolutePath
    public_url: PublicUrl
    portal_url: PublicUrl
    legal_mode: LegalMode
    licence: Line | None = None

    @model_validator(mode="after")
    def _marker_survives_a_restore(self) -> Self:
        # A marker that is restored together with the database would agree with it
        # and let the node sign a second history (PROTOCOL 2, Start).
        if self.marker_file.resolve().is_relative_to(self.data_folder.resolve()):
            raise ValueError("marker_file: name a file outside data_folder and its backups")
        return self

    @model_validator(mode="after")
    def _relay_has_a_legal_ground(self) -> Self:
        if self.legal_mode in {"sandbox", "own-group"}:
            if self.licence is not None:
                raise ValueError("licence: leave it out, this legal_mode has none")
        elif self.licence is None or _LICENCE.fullmatch(self.licence) is None:
            raise ValueError(
                "licence: give the permit or notification number, such as "
                '"13-ユ-300000" or "51-募-000000", or set legal_mode = "sandbox"'
            )
        return self

    @property
    def host(self) -> str:
        """The authority of the public URL: the name under which the log is kept."""
        return urlsplit(self.public_url).netloc


class CompanySection(BaseModel):
    """The company as the consortium, its candidates and the letters name it."""

    model_config = _SECTION

    name_ja: Line
    name_en: Line
    corporate_number: CorporateNumber
    group: Line | None = None
    address: Line
    representative: Line
    country: Annotated[str, AfterValidator(_country)] = "JP"
    desk_name: Line
    desk_phone: Line
    desk_hours: Line


class ListenSection(BaseModel):
    """One address for each audience."""

    model_config = _SECTION

    portal: Address = Bind("127.0.0.1", 8401)
    console: Address = Bind("127.0.0.1", 8402)
    peer: Address = Bind("127.0.0.1", 8403)
    ops: Address = Bind("127.0.0.1", 8404)
    api: Address | None = None

    @model_validator(mode="after")
    def _each_has_its_own(self) -> Self:
        own = [self.portal, self.console, self.peer, self.ops, *([self.api] if self.api else [])]
        if len(set(own)) != len(own):
            raise ValueError(
                "give each of portal, console, peer, ops and api its own address and port"
            )
        return self


class DatabaseSection(BaseModel):
    """Where the records are kept; the url may hold a password."""

    model_config = _SECTION

    url: Annotated[SecretStr, AfterValidator(_database)] | None = None


def _source_name(name: str) -> str:
    if _SOURCE.fullmatch(name) is None:
        raise ValueError("name a source in lower-case letters, digits and hyphens")
    return name


SourceName = Annotated[str, AfterValidator(_source_name)]


class LettersSection(BaseModel):
    """When letters on a result go, how many a day, and whom they may ask about the relay."""

    model_config = _SECTION

    hold: Literal["next-business-day", "none"] = "next-business-day"
    daily_limit: Annotated[int, Field(ge=1, le=_MAX_LETTERS)] = 300
    ask_routes: tuple[Route, ...] = (
        Route.OWN_SITE,
        Route.HELLOWORK,
        Route.EVENT,
        Route.REFERRAL,
        Route.OWN_POOL,
    )
    ask: Literal["all", "recommended"] = "all"

    @field_validator("ask_routes")
    @classmethod
    def _has_no_contract(cls, routes: tuple[Route, ...]) -> tuple[Route, ...]:
        if set(routes) & {Route.AGENCY, Route.MEDIA, Route.MEDIA_SCOUT}:
            raise ValueError(
                "leave out agency, whose people are never asked, and media, which the "
                "console asks about one by one"
            )
        return routes


class JobsSection(BaseModel):
    """How often the ticker works."""

    model_config = _SECTION

    poll_interval: Duration = timedelta(seconds=60)
    tick_interval: Duration = timedelta(seconds=5)


class PrivacySection(BaseModel):
    """How long people stay."""

    model_config = _SECTION

    retention: Duration = timedelta(days=730)


class CostSection(BaseModel):
    """What a hire is assumed to cost where the applications name no cost, in yen."""

    model_config = _SECTION

    assumed_least_yen: Annotated[int, Field(ge=1, le=_MAX_YEN)] = 400_000
    assumed_most_yen: Annotated[int, Field(ge=1, le=_MAX_YEN)] = 600_000

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        if self.assumed_least_yen > self.assumed_most_yen:
            raise ValueError("assumed_least_yen: write no more than assumed_most_yen")
        return self


class RequestsSection(BaseModel):
    """How long a candidate of another company has to answer a proposal of this one."""

    model_config = _SECTION

    answer_within: Duration = timedelta(days=7)


class PeersSection(BaseModel):
    """Whether members may be called at addresses that are not of the open internet."""

    model_config = _SECTION

    allow_private: bool = False


class LogSection(BaseModel):
    """How much is logged."""

    model_config = _SECTION

    level: Literal["debug", "info", "warning", "error"] = "info"


class Settings(BaseSettings):
    """All that the operator of one node may set."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        env_prefix=ENVIRONMENT_PREFIX,
        env_nested_delimiter="__",
        secrets_dir_missing="ok",
    )

    node: NodeSection
    company: CompanySection
    listen: ListenSection = ListenSection()
    mail: MailSection
    database: DatabaseSection = DatabaseSection()
    sources: Annotated[dict[SourceName, SourceSection], Field(min_length=1)] = {
        "csv": SourceSection()
    }
    letters: LettersSection = LettersSection()
    jobs: JobsSection = JobsSection()
    privacy: PrivacySection = PrivacySection()
    requests: RequestsSection = RequestsSection()
    cost: CostSection = CostSection()
    peers: PeersSection = PeersSection()
    webhook: WebhookSection = WebhookSection()
    log: LogSection = LogSection()

    @model_validator(mode="after")
    def _chooses_under_a_licence_alone(self) -> Self:
        # 職業安定法 4条: choosing whom to recommend is placement.
        if self.letters.ask == "recommended" and self.node.legal_mode not in _PLACING:
            raise ValueError(
                'letters.ask: write "all", only agency, free-permit and own-group may choose'
            )
        return self

    @property
    def database_url(self) -> str:
        """The database's address; it may hold a password, so never show it."""
        if self.database.url is None:
            return f"sqlite:///{self.node.data_folder / 'node.sqlite3'}"
        return self.database.url.get_secret_value()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, the strongest first; there is no dotenv file."""
        del dotenv_settings
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls),
            NestedSecretsSettingsSource(file_secret_settings),
        )


def load_settings(path: Path) -> Settings:
    """Return the settings in the TOML file *path*, under the environment.

    A setting may also come from a file ``tasuki_<section>__<key>`` among the
    systemd credentials (``$CREDENTIALS_DIRECTORY``).

    Raises:
        SettingsError: a file, key or value that a node must not start with.
    """

    class _Sourced(Settings):
        model_config = SettingsConfigDict(
            toml_file=path, secrets_dir=os.environ.get("CREDENTIALS_DIRECTORY")
        )

    if not path.is_file():
        raise SettingsError((f"no settings file {path}: run_node.py init writes one",))
    unknown = unknown_variables(os.environ)
    if unknown:
        raise SettingsError(unknown)
    try:
        return _Sourced()
    except ValidationError as error:
        raise SettingsError(_problems(error)) from None
    except SourceError as error:
        raise SettingsError((f"{error}: write lists as JSON",)) from None
    except (TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError((f"{path} is not TOML in UTF-8: {error}",)) from None


def unknown_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return a line for each ``TASUKI_`` variable that names no section.

    pydantic-settings passes over such a variable in silence, so a misspelt
    section would leave the file's value standing.
    """
    sections = [f"{ENVIRONMENT_PREFIX}{name.upper()}" for name in Settings.model_fields]
    lines = []
    for name in sorted(environment):
        section = name.upper().partition("__")[0]
        if name.upper().startswith(ENVIRONMENT_PREFIX) and section not in sections:
            lines.append(f"{name}: no such section{_nearest(section, sections)}")
    return tuple(lines)


def _problems(error: ValidationError) -> tuple[str, ...]:
    """Return a line for each complaint, with its key and without its value."""
    lines = []
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        key = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "extra_forbidden":
            said = f"no such setting{_nearest(key.rpartition('.')[2], _siblings(detail['loc']))}"
        elif detail["type"] == "missing":
            said = "missing: give it in the settings file, as config/example.toml shows"
        else:
            said = detail["msg"].removeprefix("Value error, ")
        lines.append(f"{key}: {said}" if key else said)
    return tuple(lines)


def _siblings(loc: tuple[int | str, ...]) -> list[str]:
    """Return the names that are allowed at the place *loc*."""
    section = Settings.model_fields.get(str(loc[0])) if len(loc) > 1 else None
    model = section.annotation if section else Settings
    return list(model.model_fields) if isinstance(model, type(BaseModel)) else []


def _nearest(name: str, allowed: list[str]) -> str:
    """Return a hint at the allowed name that *name* may stand for."""
    near = get_close_matches(name, allowed, n=1)
    return f", did you mean {near[0]}?" if near else ": remove it"
