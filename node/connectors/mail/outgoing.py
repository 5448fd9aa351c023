"""How a letter leaves the node: the interface of all ways, and its errors.

OutgoingMailError
+-- TemporaryMailError     surely not taken over; later it may be
|   +-- SlowDownError      the server wants fewer letters in its time
|   +-- MailLoginError     the server, or who gives it tokens, does not know this login
+-- PermanentMailError     refused for good: this letter never goes this way
|   +-- NoSuchAddressError no letter at all reaches that address
+-- UncertainMailError     it may have been taken over, so it must not be sent again
"""

from email.message import EmailMessage
from typing import Protocol


class OutgoingMailError(Exception):
    """Any failure to hand over a letter."""


class TemporaryMailError(OutgoingMailError):
    """Surely not taken over; later it may be."""


class SlowDownError(TemporaryMailError):
    """The server wants fewer letters in its time."""


class MailLoginError(TemporaryMailError):
    """The server, or who gives it tokens, does not know this login; an operator must act."""


class PermanentMailError(OutgoingMailError):
    """Refused for good."""


class NoSuchAddressError(PermanentMailError):
    """No letter at all reaches that address."""


class UncertainMailError(OutgoingMailError):
    """The answer to the whole text is missing (RFC 1047): who sends again may send twice."""


class OutgoingMail(Protocol):
    """One way out."""

    def send(self, message: EmailMessage) -> None:
        """Hand *message* over to its one receiver; return once it was taken over.

        Raises:
            OutgoingMailError: one of its kinds.
        """
        ...
