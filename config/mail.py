"""The settings of mail: how letters leave, and how what cannot be delivered comes back.

No password stands here: secrets are files (:mod:`config.secrets`).
"""

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.units import AbsolutePath, Line, MailAddress, Port

_SECTION = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
_MAX_RETURNED: Final = 21  # characters before the @; the letter's token takes the rest of 64

Way = Literal["relay", "password", "microsoft", "google", "maildir"]
Tls = Literal["none", "starttls", "implicit"]
Guid = Annotated[str, Field(pattern=r"\A[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\z")]

# Host, port and TLS of each way where the settings name none.
_SERVERS: Final[dict[Way, tuple[str | None, int, Tls]]] = {
    "relay": (None, 25, "none"),
    "password": (None, 587, "starttls"),
    "microsoft": ("smtp.office365.com", 587, "starttls"),
    "google": ("smtp.gmail.com", 587, "starttls"),
    "maildir": (None, 25, "none"),
}
_IMAP: Final[dict[Way, str]] = {"microsoft": "outlook.office365.com", "google": "imap.gmail.com"}


class ReturnedSection(BaseModel):
    """Where mail that could not be delivered arrives, and how it is read."""

    model_config = _SECTION

    address: MailAddress | None = None
    way: Literal["none", "maildir", "imap"] = "none"
    folder: AbsolutePath | None = None
    imap_host: Line | None = None
    imap_port: Port = 993
    user: MailAddress | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.way == "maildir" and self.folder is None:
            raise ValueError("folder: name the Maildir that returned mail is delivered to")
        if self.address is not None and len(self.address.partition("@")[0]) > _MAX_RETURNED:
            raise ValueError(
                f"address: at most {_MAX_RETURNED} characters before the @, since a token follows"
            )
        return self


class MailSection(BaseModel):
    """How letters leave, and which one a rejected applicant gets."""

    model_config = _SECTION

    way: Way = "relay"
    smtp_host: Line | None = None
    smtp_port: Port | None = None
    tls: Tls | None = None
    user: MailAddress | None = None
    tenant: Guid | None = None
    client: Guid | None = None
    folder: AbsolutePath | None = None
    sender: MailAddress
    pace: Annotated[int, Field(ge=1, le=100_000)] = 20
    template: Literal["rejection", "relay"] = "rejection"
    returned: ReturnedSection = ReturnedSection()

    @model_validator(mode="after")
    def _has_what_its_way_needs(self) -> Self:
        if self.way == "maildir":
            if self.folder is None:
                raise ValueError("folder: name the Maildir that letters are put into")
        elif self.host is None:
            raise ValueError("smtp_host: name the mail server")
        if self.way == "microsoft" and (self.tenant is None or self.client is None):
            raise ValueError("tenant, client: give the two ids that Microsoft Entra shows")
        if self.way in {"password", "microsoft", "google"} and self.security == "none":
            raise ValueError('tls: write "starttls" or "implicit", a login needs one of them')
        if self.returned.way == "imap" and self.imap_host is None:
            raise ValueError("returned.imap_host: name the server of the mailbox")
        return self

    @property
    def host(self) -> str | None:
        """The mail server, None where letters go into a folder."""
        return self.smtp_host or _SERVERS[self.way][0]

    @property
    def port(self) -> int:
        """The mail server's port."""
        return self.smtp_port or _SERVERS[self.way][1]

    @property
    def security(self) -> Tls:
        """How the connection to the mail server is protected."""
        return self.tls or _SERVERS[self.way][2]

    @property
    def login(self) -> str:
        """The mailbox that logs in."""
        return self.user or self.sender

    @property
    def imap_host(self) -> str | None:
        """The server that returned mail is read from."""
        return self.returned.imap_host or _IMAP.get(self.way)
