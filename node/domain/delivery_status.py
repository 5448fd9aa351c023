"""Reports on mail: not delivered (RFC 3464), or unwanted (RFC 5965), as anybody may send them.

Nothing in a report is believed but the token of one of our letters
(:mod:`node.domain.return_token`); everything else only says what happened to that letter.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

MAX_BYTES: Final = 256 * 1024
_MAX_PARTS: Final = 20
_MAX_DEPTH: Final = 4
_MAX_MAILS: Final = 20  # in one another
_STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# RFC 3463: the mailbox or its domain does not exist, moved, or is closed. The rest of
# class 5 is about one letter, a full mailbox or a policy, and may pass.
_NO_MAILBOX: Final = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of a letter at one address; *status* is the code of RFC 3463."""

    status: str
    recipient: str = field(repr=False)  # as the report spells it, "" where it does not

    @property
    def is_hard(self) -> bool:
        """Whether no letter at all reaches that address."""
        return is_hard(self.status)


@dataclass(frozen=True, slots=True)
class Report:
    """One report: where a token of ours may stand, and what it tells of that letter."""

    named: str = field(repr=False)
    failures: tuple[Failure, ...]
    is_complaint: bool  # the receiver pressed the button for unwanted mail


def is_hard(status: str) -> bool:
    """Tell whether a status (RFC 3463) means that no letter at all reaches the address."""
    return status in _NO_MAILBOX


def status_in(text: str) -> str | None:
    """Return the first status code (RFC 3463) in the words of a server."""
    found = _STATUS.search(text)
    return None if found is None else found[0]


def read_report(content: bytes) -> Report | None:
    """Return the report in a mail, None where the mail is none or is no small one."""
    if len(content) > MAX_BYTES:
        return None
    # What is no ASCII would be decoded by the codec that the mail names, whatever that is.
    text = content.decode("ascii", "replace")
    # The parser works by recursion, so the depth is bounded before it begins.
    plain = text.lower()
    if plain.count("multipart/") > _MAX_DEPTH or plain.count("message/") > _MAX_MAILS:
        return None
    try:
        mail = email.message_from_string(text, policy=email.policy.compat32)
    except ValueError:  # the codec of a boundary
        return None
    if mail.get_content_type() != "multipart/report":
        return None
    failures = tuple(_failures(mail))
    is_complaint = _is_complaint(mail)
    return Report(_named(mail), failures, is_complaint) if failures or is_complaint else None


def _is_complaint(mail: Message) -> bool:
    return any(
        isinstance(fields, Message) and str(fields.get("Feedback-Type", "")).strip() == "abuse"
        for part in _parts(mail)
        if part.get_content_type() == "message/feedback-report" and part.is_multipart()
        for fields in part.get_payload()
    )


def _failures(mail: Message) -> Iterator[Failure]:
    for part in _parts(mail):
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in part.get_payload() if part.is_multipart() else ():
            if not isinstance(fields, Message):
                continue
            status = status_in(str(fields.get("Status", "")))
            if str(fields.get("Action", "")).strip().lower() == "failed" and status is not None:
                yield Failure(status, _recipient(fields))


def _recipient(fields: Message) -> str:
    """Return the address that the letter was sent to (RFC 3464 section 2.3)."""
    for name in ("Original-Recipient", "Final-Recipient"):
        kind, _, address = str(fields.get(name, "")).partition(";")
        if kind.strip().lower() == "rfc822":
            return address.strip().strip("<>")
    return ""


def _named(mail: Message) -> str:
    """Return the places that a token of ours comes back in."""
    places = [*mail.get_all("To", []), *mail.get_all("Delivered-To", [])]
    places += mail.get_all("X-Original-To", [])
    for part in _parts(mail):
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            inner = part.get_payload(0)
            places += inner.get_all("Message-ID", []) if isinstance(inner, Message) else []
        elif part.get_content_type() == "text/rfc822-headers":
            headers = email.message_from_string(str(part.get_payload()))
            places += headers.get_all("Message-ID", [])
    return "\n".join(str(place)[:500] for place in places[:_MAX_PARTS])


def _parts(mail: Message) -> list[Message]:
    """Return the parts of the report itself, not those of the mail in it."""
    parts = mail.get_payload() if mail.is_multipart() else []
    return [part for part in parts if isinstance(part, Message)][:_MAX_PARTS]
