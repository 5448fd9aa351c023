"""What waits for a decision today, the nearest end first."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from flask import Blueprint

from node.clock import Clock
from node.i18n import local_day, message, messages
from node.services.today import Today
from node.services.today import Work as WorkList
from node.web.ui.page import show_page


class Work(StrEnum):
    """A kind of work that only a person can do."""

    OVERDUE = "overdue"
    LETTERS = "letters"
    CONTACT = "contact"
    MATCHES = "matches"
    ROWS = "rows"
    UNCLEAR = "unclear"
    HELD_UP = "held-up"
    UNSURE = "unsure"
    ADDRESSES = "addresses"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class WorkWords:
    """How a kind of work reads: message ids, *unit* with its plural, but for *path* and *kind*."""

    tag: str
    kind: str
    what: str
    unit: tuple[str, str]
    act: str
    path: str


WORDS = {
    Work.OVERDUE: WorkWords(
        message("overdue"),
        "bad",
        message("Deletion receipts have not come"),
        messages(" record", " records"),
        message("See the records"),
        "/relay#deleted",
    ),
    Work.LETTERS: WorkWords(
        message("to confirm"),
        "warn",
        message("Letters wait for your confirmation"),
        messages(" letter", " letters"),
        message("Look at the letters"),
        "/letters",
    ),
    Work.CONTACT: WorkWords(
        message("to contact"),
        "warn",
        message("Introduced people wait to hear from you"),
        messages(" person", " people"),
        message("Open the introductions"),
        "/introductions",
    ),
    Work.MATCHES: WorkWords(
        message("new"),
        "key",
        message("People who fit your openings"),
        messages(" person", " people"),
        message("See the openings"),
        "/openings",
    ),
    Work.ROWS: WorkWords(
        message("to mend"),
        "warn",
        message("Rows that the last import left out"),
        messages(" row", " rows"),
        message("See the import"),
        "/imports",
    ),
    Work.UNCLEAR: WorkWords(
        message("to answer"),
        "warn",
        message("Selections of which nobody knows who ended them"),
        messages(" application", " applications"),
        message("Say who ended them"),
        "/reviews",
    ),
    Work.UNSURE: WorkWords(
        message("to check"),
        "bad",
        message("Letters of which nobody knows whether they went out"),
        messages(" letter", " letters"),
        message("Look at the letters"),
        "/letters#unsure",
    ),
    Work.HELD_UP: WorkWords(
        message("to mend"),
        "bad",
        message("The mail server does not know our login: no letter leaves"),
        messages(" letter", " letters"),
        message("Look at the letters"),
        "/letters",
    ),
    Work.ADDRESSES: WorkWords(
        message("to answer"),
        "warn",
        message("Addresses typed at a static link that nobody here has"),
        messages(" address", " addresses"),
        message("Say whose they are"),
        "/letters/links#waiting",
    ),
    Work.SILENT: WorkWords(
        message("not answering"),
        "warn",
        message("Companies that do not answer"),
        messages(" company", " companies"),
        message("See the relay"),
        "/relay",
    ),
}


@dataclass(frozen=True, slots=True)
class Task:
    """So many cases of one kind of work; *due* where it has an end."""

    work: Work
    number: int
    due: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class Week:
    """What happened in the last seven days, and the credits left."""

    letters: int
    consents: int
    accepted: int
    credits_left: int


@dataclass(frozen=True, slots=True)
class TodayPage:
    """What today.html shows."""

    TEMPLATE: ClassVar[str] = "today.html"

    day: date
    due: tuple[Task, ...]
    undated: tuple[Task, ...]
    week: Week


def pages(work: WorkList, clock: Clock) -> Blueprint:
    """Return the page that a recruiter opens each morning."""
    blueprint = Blueprint("today", __name__)

    @blueprint.get("/")
    def show() -> str:
        return show_page(today_page(work.today(), local_day(clock.now())))

    return blueprint


def today_page(today: Today, day: date) -> TodayPage:
    """Return the page of what waits on *day*."""
    undated = (
        Task(Work.OVERDUE, today.overdue_receipts),
        Task(Work.HELD_UP, today.letters_held_up),
        Task(Work.UNSURE, today.letters_unknown),
        Task(Work.LETTERS, today.letters_to_confirm),
        Task(Work.UNCLEAR, today.unclear_ends),
        Task(Work.ADDRESSES, today.addresses),
        Task(Work.ROWS, today.rows_left_out),
        Task(Work.MATCHES, today.tokens_in_reach),
        Task(Work.SILENT, today.silent_peers),
    )
    due = Task(Work.CONTACT, today.to_contact, today.contact_by)
    return TodayPage(
        day=day,
        due=(due,) if due.number else (),
        undated=tuple(task for task in undated if task.number),
        week=Week(today.letters_sent, today.consents, today.accepted, today.credits_left),
    )
