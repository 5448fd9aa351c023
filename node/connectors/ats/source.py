"""What every system that applicants come from is to this node: pages of rows, and events.

A connector reads and never writes. A row is a mapping of column to text, so that it goes
through the same mapping, rules and records as a row of a file. Nothing waits in here:
where a vendor wants a pause, the connector says until when, and the poll goes on from the
cursor of the last whole page.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from node.clock import Clock
from node.transport import Transport

Row = Mapping[str, str]  # column → text; the rows of one page have the same columns


class Happening(StrEnum):
    """What became of a person or an application at the source, apart from its columns."""

    DELETED = "deleted"
    ANONYMISED = "anonymised"
    MERGED = "merged"
    UNREJECTED = "unrejected"


@dataclass(frozen=True, slots=True)
class Event:
    """One happening, by the source's own number of the application or of the person."""

    kind: Happening
    application_id: str = ""
    candidate_id: str = ""
    into: str = ""  # the person that a merged one went into


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the cursor from which a later poll goes on behind them.

    *is_whole* says that, since the cursor was blank, every application that the source has
    was listed: what was not among them is gone there.
    """

    rows: tuple[Row, ...] = field(repr=False)
    cursor: str
    events: tuple[Event, ...] = ()
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Hook:
    """What a webhook came to: what to read again, and what only it can tell.

    Of *ids* one that came before makes it a repetition; there is none where the source
    signs nothing, and then it only wakes the poll. *reply* are headers of the answer.
    """

    ids: tuple[str, ...]
    applications: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    reply: Mapping[str, str] = field(default_factory=dict)


Fault = Literal[
    "no-credentials", "refused", "limited", "unreachable", "broken", "malformed", "vanished"
]


class SourceError(Exception):
    """A source that could not be read; *until* is when it may be asked again."""

    def __init__(self, code: Fault, until: datetime | None = None) -> None:
        super().__init__(code)
        self.code: Fault = code
        self.until = until


class BadHookError(Exception):
    """A webhook that is not from the source, or is none."""


class ApplicantSource(Protocol):
    """One system, read over its API."""

    @property
    def key(self) -> str:
        """The column that numbers the applications."""
        ...

    def pages(self, cursor: str) -> Iterator[Page]:
        """Yield what changed since *cursor*, all that there is where it is blank.

        Raises:
            SourceError: what was yielded before it counts.
        """
        ...

    def one(self, application_id: str) -> Page:
        """Return one application as it is now, or the event that it is gone.

        Raises:
            SourceError: it could not be read.
        """
        ...


# Reads a credential by its name; SourceError no-credentials where there is none.
Secret = Callable[[str], str]

# What a webhook says: by the secret, the headers with names in lower case, and the body as
# it came. BadHookError: it is not from the source, or is none.
HookReader = Callable[[Secret, Mapping[str, str], bytes], Hook]


@dataclass(frozen=True, slots=True)
class Access:
    """What a connector is built from; *secret* reads a credential by its name.

    *place* is what else tells where the rows are: the app of kintone, the address of
    Greenhouse that hands out tokens.
    """

    url: str  # without a slash at the end
    place: str
    transport: Transport
    clock: Clock
    secret: Secret = field(repr=False)
    timeout: float = 30.0  # seconds, of one call


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of source: how it is read, the mapping that ships for it, and its webhooks.

    *connect* is None where its JSON comes as files alone. *secrets* are the credentials
    without which nothing is read, *hook_secret* is the one that its webhooks are checked by.
    """

    connect: Callable[[Access], ApplicantSource] | None
    preset: str
    secrets: tuple[str, ...]
    read_hook: HookReader | None = None
    hook_secret: str | None = None
