"""The settings of the systems that applicants come from; their keys are files (config.secrets)."""

from datetime import date, timedelta
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from config.units import AbsolutePath, Duration, parse_public_url

_SECTION = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
_LEAST: Final = timedelta(minutes=1)

Kind = Literal[
    "file", "herp", "kintone", "greenhouse", "lever", "ashby", "workable", "smartrecruiters"
]
# What a kind is read by besides its keys; nothing else may be given for it. One that needs
# nothing is read from files.
_NEEDS: Final[dict[Kind, tuple[str, ...]]] = {
    "file": (),
    "ashby": (),
    "workable": (),
    "smartrecruiters": (),
    "herp": ("url",),
    "kintone": ("url", "app"),
    "greenhouse": ("url", "token_url"),
    "lever": ("url",),
}


def _api_url(text: str) -> str:
    parts = urlsplit(text)
    parse_public_url(f"{parts.scheme}://{parts.netloc}")
    is_plain = text.isascii() and text.isprintable() and " " not in text
    if parts.query or parts.fragment or parts.path.endswith("/") or not is_plain:
        raise ValueError("end without / and without a question mark")
    return text


def _interval(every: timedelta) -> timedelta:
    if every < _LEAST:
        raise ValueError("write at least 1min: the vendors count every call")
    return every


ApiUrl = Annotated[str, Field(max_length=200), AfterValidator(_api_url)]


class SourceSection(BaseModel):
    """One system that applicants come from, how it is read, and who writes its letters."""

    model_config = _SECTION

    kind: Kind = "file"
    mail_owner: Literal["ats", "node", "off"] = "node"
    go_live: date | None = None
    notice_from: date | None = None
    folder: AbsolutePath | None = None
    url: ApiUrl | None = None
    token_url: ApiUrl | None = None
    app: Annotated[str, Field(pattern=r"\A[1-9][0-9]{0,9}\z")] | None = None
    mapping: AbsolutePath | None = None
    poll_interval: Annotated[Duration, AfterValidator(_interval)] = timedelta(minutes=15)

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        needed = _NEEDS[self.kind]
        for name in ("url", "token_url", "app"):
            if name in needed and getattr(self, name) is None:
                raise ValueError(f'{name}: kind = "{self.kind}" needs it')
            if name not in needed and getattr(self, name) is not None:
                raise ValueError(f'{name}: leave it out, kind = "{self.kind}" has none')
        if not needed and self.mapping is not None:
            raise ValueError("mapping: leave it out, that of files is chosen in the console")
        if needed and self.folder is not None:
            raise ValueError(f'folder: leave it out, kind = "{self.kind}" is read over its API')
        return self
