"""What each version of a letter came to, and who was left without a letter."""

from dataclasses import dataclass, field, replace
from datetime import date
from http import HTTPStatus
from typing import ClassVar, Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from node.domain.errors import UnreadableError
from node.domain.letter_funnel import FUNNEL_DEFINITION, SILENT_DEFINITION, FunnelLine
from node.domain.letter_life import State
from node.domain.letters import LetterKind
from node.i18n import Bilingual, message
from node.services.complaints import Complaints
from node.services.errors import NoSuchRecordError
from node.services.letter_report import LetterReport
from node.web.ui.page import show_page
from node.web.ui.parts import Complaint

NO_LETTER: Final = Complaint(message("No letter went to this address"), "mail")
_HERE: Final = "/letters/report"
_MAX_MAIL: Final = 254

TEMPLATES = {
    LetterKind.REJECTION: message("Result alone"),
    LetterKind.RELAY: message("Result with the question of the relay"),
    LetterKind.REQUESTED: message("Asked for through a static link"),
    LetterKind.OFFER: message("The question alone"),
    LetterKind.LINK: message("New link"),
    LetterKind.REINVITATION: message("Invitation to a new opening"),
}
NOT_SENT = {
    State.QUEUED: message("waits for a confirmation"),
    State.CONFIRMED: message("goes out soon"),
    State.SENDING: message("perhaps sent"),
    State.SENT: message("came back"),
    State.FAILED: message("could not be sent"),
    State.CANCELLED: message("was stopped"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One version; *link* is the name of the static link behind it."""

    template: LetterKind
    number: str
    language: str
    link: str | None
    counts: FunnelLine


@dataclass(frozen=True, slots=True)
class SilentLine:
    """One person without a letter; *state* is a key of NOT_SENT."""

    name: str = field(repr=False)
    job: str
    ended: date
    due: date
    state: State | None


@dataclass(frozen=True, slots=True)
class LetterReportPage:
    """What letter_report.html shows."""

    TEMPLATE: ClassVar[str] = "letter_report.html"

    lines: tuple[Line, ...]
    silent: tuple[SilentLine, ...]
    complaints: tuple[Complaint, ...] = ()
    is_noted: bool = False
    mail: str = field(default="", repr=False)  # as it was typed, where it comes back
    funnel_definition: ClassVar[Bilingual] = FUNNEL_DEFINITION
    silent_definition: ClassVar[Bilingual] = SILENT_DEFINITION
    templates: ClassVar[dict[LetterKind, str]] = TEMPLATES
    not_sent: ClassVar[dict[State, str]] = NOT_SENT


def pages(report: LetterReport, complaints: Complaints) -> Blueprint:
    """Return the page, which takes complaints that reached the desk."""
    blueprint = Blueprint("letter_report", __name__)

    @blueprint.get(_HERE)
    def show() -> str:
        return show_page(replace(_page(report), is_noted="noted" in request.args))

    @blueprint.post(_HERE)
    def note() -> Response | tuple[str, HTTPStatus]:
        mail = request.form.get("mail", "").strip()[:_MAX_MAIL]
        try:
            complaints.note(mail)
        except (UnreadableError, NoSuchRecordError):
            page = replace(_page(report), complaints=(NO_LETTER,), mail=mail)
            return show_page(page), HTTPStatus.BAD_REQUEST
        return redirect(f"{_HERE}?noted=1#complaint", HTTPStatus.SEE_OTHER)

    return blueprint


def _page(report: LetterReport) -> LetterReportPage:
    links = report.links()
    return LetterReportPage(
        lines=tuple(_line(line, links) for line in report.funnel()),
        silent=tuple(
            SilentLine(
                one.name,
                one.job,
                one.ended_on,
                one.due_on,
                None if one.letter is None else State(one.letter),
            )
            for one in report.silent()
        ),
    )


def _line(counts: FunnelLine, links: dict[str, str]) -> Line:
    version = counts.version
    return Line(
        template=LetterKind(version.template),
        number=version.number[:8],
        language=version.language,
        link=None if version.link is None else links.get(version.link, version.link),
        counts=counts,
    )
