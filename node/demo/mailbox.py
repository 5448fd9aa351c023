"""The mails of the demo's people, read from the sink's .eml files as a mail program would."""

import email
import email.policy
import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Final

from node.demo.errors import DemoError

_LINK: Final = re.compile(r"https?://[0-9.]+:[0-9]+/[cd]/[A-Za-z0-9_-]+")
_CODE: Final = re.compile(r"(?<![0-9])[0-9]{3}[ -]?[0-9]{3}(?![0-9])")
_CODE_LINE: Final = "番号："
_REQUEST: Final = "ご紹介先からの連絡のお願い"
_RESULT: Final = "の結果のご連絡"


@dataclass(frozen=True)
class Mail:
    """One mail as its reader sees it."""

    company: str
    content: bytes = field(repr=False)

    @cached_property
    def message(self) -> EmailMessage:
        """The mail's headers and parts."""
        return email.message_from_bytes(self.content, policy=email.policy.default)

    @property
    def to(self) -> str:
        """The address it was sent to."""
        return str(self.message["To"])

    @cached_property
    def text(self) -> str:
        """The words."""
        part = self.message.get_body(("plain",))
        return "" if part is None else str(part.get_content())

    @property
    def is_request(self) -> bool:
        """Whether the mail asks about a request for contact."""
        return str(self.message["Subject"]) == _REQUEST

    @property
    def is_result(self) -> bool:
        """Whether the mail is the letter after a selection."""
        return str(self.message["Subject"]).endswith(_RESULT)

    @property
    def has_offer(self) -> bool:
        """Whether that letter offers the introduction to other companies."""
        return self.is_result and "/c/" in self._link_or_nothing()

    @property
    def link(self) -> str:
        """The address of the page.

        Raises:
            DemoError: the mail has none.
        """
        found = self._link_or_nothing()
        if not found:
            raise DemoError("a mail has no link")
        return found

    @property
    def code(self) -> str:
        """The six digits that stand beside the link.

        Raises:
            DemoError: the mail has none.
        """
        for line in self.text.splitlines():
            found = _CODE.search(line) if _CODE_LINE in line else None
            if found is not None:
                return found.group()
        raise DemoError("a mail has no code")

    @property
    def stop_address(self) -> str:
        """Where a mail program posts its one click (RFC 8058).

        Raises:
            DemoError: the mail does not offer it.
        """
        if self.message["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
            raise DemoError("a mail has no one-click stop")
        return str(self.message["List-Unsubscribe"]).strip("<> ")

    def _link_or_nothing(self) -> str:
        found = _LINK.search(self.text)
        return "" if found is None else found.group()


class Mailbox:
    """The letters of one company that have arrived so far."""

    def __init__(self, folder: Path, company: str) -> None:
        self._folder = folder / company
        self._company = company
        self._read: dict[str, Mail] = {}

    def mails(self) -> list[Mail]:
        """Return all mails in the order of arrival."""
        for path in sorted(self._folder.glob("*.eml")):
            if path.name not in self._read:
                self._read[path.name] = Mail(self._company, path.read_bytes())
        return list(self._read.values())

    def results(self) -> list[Mail]:
        """Return the letters after a selection."""
        return [mail for mail in self.mails() if mail.is_result]

    def offers(self) -> list[Mail]:
        """Return the letters with the offer of an introduction."""
        return [mail for mail in self.mails() if mail.has_offer]

    def requests(self) -> list[Mail]:
        """Return the mails that ask about a request for contact."""
        return [mail for mail in self.mails() if mail.is_request]
