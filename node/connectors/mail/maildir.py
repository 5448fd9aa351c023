"""Letters into a folder in the Maildir format, for trials and for a mail program beside it."""

import mailbox
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from node.connectors.mail.outgoing import TemporaryMailError


@dataclass(frozen=True, slots=True)
class MaildirMail:
    """One Maildir; it is made where it is missing."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        """Put *message* there; see :class:`node.connectors.mail.outgoing.OutgoingMail`."""
        try:
            mailbox.Maildir(self.folder, create=True).add(message.as_bytes())
        except OSError as error:
            # A letter appears in `new` by one rename, so a failed one is not there.
            raise TemporaryMailError("the folder takes nothing") from error
