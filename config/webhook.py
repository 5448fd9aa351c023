"""The settings of the company's own webhook."""

from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr, model_validator

from config.units import PublicUrl, parse_public_url

_WRITE: Final = "write https://HOST/PATH, without a user and without a query"


def _webhook(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    try:
        parts = urlsplit(text)
        # The path may be a secret: it goes over no network without TLS.
        parse_public_url(f"{parts.scheme}://{parts.netloc}")
    except ValueError:
        raise ValueError(_WRITE) from None
    if parts.query or parts.fragment or not (text.isascii() and text.isprintable()):
        raise ValueError(_WRITE)
    return url


class WebhookSection(BaseModel):
    """Where the company wants to hear how much waits; the url may hold a secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: Annotated[SecretStr, AfterValidator(_webhook)] | None = None
    console_url: PublicUrl | None = None

    @model_validator(mode="after")
    def _leads_back(self) -> Self:
        if self.url is not None and self.console_url is None:
            raise ValueError("console_url: give the address at which you open the console")
        return self
