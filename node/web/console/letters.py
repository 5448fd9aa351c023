"""The letters after a selection: what letters.html shows, in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from node.domain.automatic import Ended
from node.domain.letter_life import State
from node.domain.letters import Letter
from node.domain.recipients import Plain, Withheld
from node.i18n import message
from node.services.agencies import AgencyLine
from node.services.automatic import SourceMode
from node.services.media import Medium

PLAIN = {
    Plain.HIRED: message("hired in another selection"),
    Plain.RUNNING: message("another selection is running"),
    Plain.STUDENT: message("came through their school"),
    Plain.ROUTE: message("came by a route whose applicants are not asked"),
    Plain.MEDIUM: message("came by a medium whose terms nobody has read yet"),
    Plain.MINOR: message("under 18"),
    Plain.DECLINED: message("said no to an earlier letter"),
    Plain.NEVER: message("asked never to be asked"),
    Plain.ASKED: message("asked within the last six months, or once for good"),
    Plain.UNCHOSEN: message("not marked for recommendation"),
}
WITHHELD = {
    Withheld.TOLD: message("rejected before the first day here, or more than 30 days ago"),
    Withheld.ATS: message("the system they come from writes to them"),
    Withheld.OFF: message("nobody writes to people of this source"),
    Withheld.AGENCY: message("came through an agency, which tells them itself"),
    Withheld.NO_MAIL: message("the system says that no mail may be sent"),
    Withheld.ERASED: message("erased"),
    Withheld.NO_ADDRESS: message("no mail address"),
    Withheld.BOUNCED: message("mails to the address came back"),
}
LETTER_STATES = {
    State.QUEUED: message("to confirm"),
    State.CONFIRMED: message("confirmed"),
    State.SENDING: message("on its way"),
    State.SENT: message("sent"),
    State.FAILED: message("failed"),
    State.CANCELLED: message("cancelled"),
}
FAULTS = {
    "refused": message("The mail server refused the address."),
    "given-up": message("The mail server did not take it in 12 tries."),
    "no-address": message("There is no mail address."),
    "unfit": message("The letter could not be written from its template."),
}
ENDED = {
    Ended.STOPPED: message("Somebody stopped them."),
    Ended.TEXTS: message("A text of these letters was changed."),
    Ended.LAYOUT: message("The columns of the source, or how they are read, changed."),
    Ended.REASONS: message("The source names an end or a reason that is not known here."),
    Ended.CROWD: message("On one day there were far more letters than usual."),
    Ended.BOUNCES: message("More than 5 of the last 100 letters came back."),
}


@dataclass(frozen=True, slots=True)
class WaitingLetters:
    """The group that waits for a confirmation; *is_easy* where one click is enough."""

    letters: int
    with_offer: int
    jobs: tuple[tuple[str, int], ...]
    plain: tuple[tuple[Plain, int], ...]
    withheld: tuple[tuple[Withheld, int], ...]
    goes_at: datetime
    is_easy: bool
    sample: Letter | None


@dataclass(frozen=True, slots=True)
class StuckLetter:
    """A letter that did not go, or of which nobody knows; *fault* is a key of FAULTS."""

    id: str
    name: str = field(repr=False)
    mail: str = field(repr=False)
    queued: datetime
    fault: str | None


@dataclass(frozen=True, slots=True)
class LettersPage:
    """What letters.html shows; *changed_to* is the count that did not fit what was typed.

    *is_unread* says that what was typed is no number.
    """

    TEMPLATE: ClassVar[str] = "letters.html"

    waiting: WaitingLetters
    counts: tuple[tuple[State, int], ...]
    failed: tuple[StuckLetter, ...]
    unsure: tuple[StuckLetter, ...]
    invitable: int = 0
    is_invitation_easy: bool = True
    restorable: int = 0
    media: tuple[Medium, ...] = ()
    modes: tuple[SourceMode, ...] = ()
    agency_people: int = 0
    is_login_refused: bool = False
    changed_to: int | None = None
    is_unread: bool = False
    confirmed: int | None = None
    cancelled: int | None = None
    restored: int | None = None


@dataclass(frozen=True, slots=True)
class AgencyList:
    """Whom one agency has to be told about; *text* is the list to copy."""

    agency: str
    applications: tuple[str, ...]
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AgenciesPage:
    """What letters_agencies.html shows."""

    TEMPLATE: ClassVar[str] = "letters_agencies.html"

    lists: tuple[AgencyList, ...]


def agency_lists(lines: Iterable[AgencyLine]) -> tuple[AgencyList, ...]:
    """Return a list an agency: a line a person, the cells between tabs."""
    by_agency: dict[str, list[AgencyLine]] = {}
    for line in lines:
        by_agency.setdefault(line.agency, []).append(line)
    return tuple(
        AgencyList(
            agency,
            tuple(line.application_id for line in found),
            "\n".join("\t".join((line.name, line.job, _iso(line.ended_on))) for line in found),
        )
        for agency, found in by_agency.items()
    )


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
