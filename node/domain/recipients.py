"""Who gets a letter after a selection, and who gets it without the offer of the relay.

The letter goes only to people whom the company itself rejected and who were not told
elsewhere. The offer stays away from people who run or won another selection here, who
were asked lately or said no to it before, whose route does not allow it, and from the
young: a consent needs an adult (APPI guideline 2-16).

In the legal modes of providing information nothing here looks at what a recruiter
chose (職業安定法 4条6項: no choice by the company's own judgement); only a licence to
place people lets a company choose whom it recommends.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from crypto.hashing import sha256
from node.domain.source import Source
from protocol.descriptor import LegalMode
from protocol.taxonomy import Route

ADULT_YEARS: Final = 18
ASK_EVERY: Final = timedelta(days=183)  # six months
OLD: Final = timedelta(days=30)  # a rejection older than this was told by somebody
# Their licence, or their being one company, lets them choose whom to recommend.
PLACING: Final[frozenset[LegalMode]] = frozenset({"agency", "free-permit", "own-group"})
# A job that asks for 高卒以上 is open to everybody.
_STUDENT: Final = re.compile(
    r"高卒(?!以上|可|ok|歓迎|程度|資格)|高校(?:新卒|卒業予定|生)|学校(?:斡旋|あっせん)",
    re.IGNORECASE,
)
_BY_MEDIUM: Final = frozenset({Route.MEDIA, Route.MEDIA_SCOUT})


class Told(StrEnum):
    """Who tells a rejected person the result."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    AGENCY = "agency"  # the agency was told, and tells its people


class Future(StrEnum):
    """What a recruiter says of a rejected person in one click."""

    WELCOME = "welcome"  # to apply here again
    NEITHER = "neither"
    RECOMMEND = "recommend"  # to other companies: an act of placement


class Scope(StrEnum):
    """What is not to be done with a person or an address."""

    ADDRESS = "address"  # it bounced
    ASK = "ask"  # no link, no invitation
    ERASED = "erased"


class Withheld(StrEnum):
    """Why a rejected application gets no letter at all."""

    TOLD = "told"  # before the source's first day, or too long ago
    ATS = "ats"  # its own system writes
    OFF = "off"  # nobody writes
    AGENCY = "agency"  # the agency tells its people, and its contract forbids to pass them on
    NO_MAIL = "no-mail"  # the source says that no mail may be sent
    ERASED = "erased"
    NO_ADDRESS = "no-address"
    BOUNCED = "bounced"


class Plain(StrEnum):
    """Why a letter goes out without the offer."""

    HIRED = "hired"
    RUNNING = "running"
    STUDENT = "student"  # who still goes to school is placed by school and public office alone
    ROUTE = "route"
    MEDIUM = "medium"  # nobody has read the terms of the medium
    MINOR = "minor"
    DECLINED = "declined"
    NEVER = "never"  # asked never to be asked
    ASKED = "asked"  # within six months
    UNCHOSEN = "unchosen"  # only where the licence allows to choose


@dataclass(frozen=True, slots=True)
class AskRules:
    """Whom this company asks, written beforehand and the same for everybody."""

    routes: frozenset[Route]
    only_recommended: bool = False

    @property
    def version(self) -> str:
        """Return 8 hex digits that change with the conditions of :func:`plain_reason`."""
        text = "\n".join(
            (
                *sorted(Plain),
                *sorted(self.routes),
                f"{ADULT_YEARS} {ASK_EVERY.days} {self.only_recommended}",
                _STUDENT.pattern,
            )
        )
        return sha256(text.encode()).hex()[:8]


@dataclass(frozen=True, slots=True)
class Addressee:
    """What the rules look at of a person with a rejected application."""

    route: Route
    medium: str | None
    job: str
    is_medium_checked: bool
    born_on: date | None = field(repr=False)
    is_running: bool
    is_hired: bool
    has_declined: bool  # an earlier letter: the page promised not to ask again
    is_never_asked: bool
    was_asked: bool  # within ASK_EVERY
    future: Future | None = None


def plain_reason(addressee: Addressee, rules: AskRules, on: date) -> Plain | None:
    """Return why this person must not be asked on the day *on*, None where the person may be."""
    born = addressee.born_on
    reasons = (
        (Plain.HIRED, addressee.is_hired),
        (Plain.RUNNING, addressee.is_running),
        (Plain.STUDENT, is_student(job=addressee.job, medium=addressee.medium)),
        (Plain.MEDIUM, addressee.route in _BY_MEDIUM and not addressee.is_medium_checked),
        (Plain.ROUTE, addressee.route not in rules.routes | _BY_MEDIUM),
        (Plain.MINOR, born is not None and years_old(born, on) < ADULT_YEARS),
        (Plain.DECLINED, addressee.has_declined),
        (Plain.NEVER, addressee.is_never_asked),
        (Plain.ASKED, addressee.was_asked),
        (
            Plain.UNCHOSEN,
            rules.only_recommended and addressee.future is not Future.RECOMMEND,
        ),
    )
    return next((reason for reason, holds in reasons if holds), None)


def years_old(born_on: date, on: date) -> int:
    """Return the age in full years on the day *on*."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def withheld(route: str, source: Source, told: str | None, *, may_mail: bool) -> Withheld | None:
    """Return why the letter stays away, as far as the application alone tells."""
    if told == Told.ELSEWHERE:
        return Withheld.TOLD
    if source.mail_owner != "node":
        return Withheld.ATS if source.mail_owner == "ats" else Withheld.OFF
    if route == Route.AGENCY:
        return Withheld.AGENCY
    return None if may_mail else Withheld.NO_MAIL


def told(
    source: Source, *, ended_on: date | None, last_seen_on: date, was_open: bool, on: date
) -> Told:
    """Return who tells the result of a rejection that is first seen on the day *on*.

    *last_seen_on* is the latest day that the source names besides; it counts where the
    day of the end is missing, unless this node saw the application open.
    """
    day = ended_on or (on if was_open else last_seen_on)
    is_before = source.go_live is not None and day < source.go_live
    return Told.ELSEWHERE if is_before or day < on - OLD else Told.HERE


def is_history(source: Source, *, ended_on: date | None, on: date) -> bool:
    """Tell whether a rejection whose letter is queued on the day *on* was told by somebody.

    A source may have had another writer until yesterday, or get its first day only now.
    """
    return told(source, ended_on=ended_on, last_seen_on=on, was_open=True, on=on) == Told.ELSEWHERE


def is_student(*, job: str, medium: str | None) -> bool:
    """Tell whether the application came by the rules for pupils who leave school (高卒)."""
    names = unicodedata.normalize("NFKC", f"{job}\n{medium or ''}")
    return _STUDENT.search("".join(names.split(" "))) is not None
