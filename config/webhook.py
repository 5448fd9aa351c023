"""The settings of the company's own webhook."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr, model_validator

from config.units import PublicUrl


def _webhook(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.query:
        raise ValueError("write https://HOST/PATH, without a user and without a query")
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
