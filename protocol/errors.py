"""The errors of this room; each names its problem type (PROTOCOL 4).

ProtocolError
+-- MalformedError        form, signature, opening or proof is wrong          malformed
+-- TooLargeError         over a size limit                                   too-large
+-- UnknownKindError      a message kind that this version does not know      unknown-kind
+-- ConflictError         other bytes under a known id                        conflict
+-- ExpiredError          past its time                                       expired
+-- GoneError             token unknown, withdrawn, a decoy or another's      gone
+-- UnexpectedEventError  the state has no such transition; hold, spend       out-of-state
+-- UntrustedError        no valid HTTP signature of a member                 unauthorized
+-- MembershipAheadError  the message names a newer membership than mine      membership-ahead
+-- LogBehindError        the message names leaves that I have not read yet   log-behind
+-- ForkError             two histories under one log key                     fork
"""

from typing import ClassVar


class ProtocolError(Exception):
    """Any refusal of this room."""

    problem: ClassVar[str] = "internal"


class MalformedError(ProtocolError):
    """Form, signature, opening or proof is wrong."""

    problem = "malformed"


class TooLargeError(ProtocolError):
    """Over a size limit."""

    problem = "too-large"


class UnknownKindError(ProtocolError):
    """A message kind that this version does not know."""

    problem = "unknown-kind"


class ConflictError(ProtocolError):
    """Other bytes under a known id."""

    problem = "conflict"


class ExpiredError(ProtocolError):
    """Past its time."""

    problem = "expired"


class GoneError(ProtocolError):
    """The token is unknown, withdrawn, a decoy or another's: all alike."""

    problem = "gone"


class UnexpectedEventError(ProtocolError):
    """The state has no transition for this event."""

    problem = "out-of-state"


class UntrustedError(ProtocolError):
    """No valid HTTP signature of a member."""

    problem = "unauthorized"


class MembershipAheadError(ProtocolError):
    """The message names a newer membership than mine."""

    problem = "membership-ahead"


class LogBehindError(ProtocolError):
    """The message names leaves that I have not read yet."""

    problem = "log-behind"


class ForkError(ProtocolError):
    """Two histories were signed under one log key."""

    problem = "fork"
