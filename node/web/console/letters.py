"""The letters after a selection: the group, its head-count to confirm, and what went out."""

from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import ClassVar

from flask import Blueprint, request

from node.domain.letter_life import State
from node.domain.recipients import Plain, Withheld
from node.i18n import from_seconds, message
from node.services.errors import HeadCountError
from node.services.letters import Letters, ListedLetter
from node.web.ui.page import show_page

PLAIN = {
    Plain.MINOR: message("under 18"),
    Plain.RUNNING: message("another selection is running"),
    Plain.HIRED: message("hired in another selection"),
    Plain.DECLINED: message("said no to an earlier letter"),
}
WITHHELD = {
    Withheld.AGENCY: message("came through an agency, which tells them itself"),
    Withheld.SUPPRESSED: message("asked never to be asked"),
    Withheld.ERASED: message("erased"),
    Withheld.NO_ADDRESS: message("no mail address"),
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


_MAX_DIGITS = 7


@dataclass(frozen=True, slots=True)
class WaitingLetters:
    """The group that waits for a confirmation."""

    letters: int
    with_offer: int
    jobs: tuple[tuple[str, int], ...]
    plain: tuple[tuple[Plain, int], ...]
    withheld: tuple[tuple[Withheld, int], ...]


@dataclass(frozen=True, slots=True)
class StuckLetter:
    """A letter that did not go, or of which nobody knows; *fault* is a key of FAULTS."""

    id: str
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
    changed_to: int | None = None
    is_unread: bool = False
    confirmed: int | None = None
    cancelled: int | None = None


def pages(letters: Letters) -> Blueprint:
    """Return the pages of the letters."""
    blueprint = Blueprint("letters", __name__)

    @blueprint.get("/letters")
    def show() -> str:
        return show_page(_page(letters))

    @blueprint.post("/letters/confirm")
    def confirm() -> tuple[str, HTTPStatus]:
        count = _count(request.form.get("count", ""))
        if count is None:
            return show_page(replace(_page(letters), is_unread=True)), HTTPStatus.BAD_REQUEST
        try:
            confirmed = letters.confirm(count)
        except HeadCountError as error:
            page = replace(_page(letters), changed_to=error.found)
            return show_page(page), HTTPStatus.CONFLICT
        return show_page(replace(_page(letters), confirmed=confirmed)), HTTPStatus.OK

    @blueprint.post("/letters/cancel")
    def cancel() -> str:
        cancelled = letters.cancel()
        return show_page(replace(_page(letters), cancelled=cancelled))

    return blueprint


def _count(text: str) -> int | None:
    if not text.isascii() or not text.isdecimal() or len(text) > _MAX_DIGITS:
        return None
    return int(text)


def _page(letters: Letters) -> LettersPage:
    queue, outbound = letters.summary(), letters.outbound()
    return LettersPage(
        waiting=WaitingLetters(
            letters=queue.letters,
            with_offer=queue.with_offer,
            jobs=queue.jobs,
            plain=tuple(sorted(queue.without_offer.items())),
            withheld=tuple(sorted(queue.excluded.items())),
        ),
        counts=tuple((state, outbound.counts.get(state, 0)) for state in State),
        failed=tuple(_stuck(letter) for letter in outbound.failed),
        unsure=tuple(_stuck(letter) for letter in outbound.unknown),
    )


def _stuck(letter: ListedLetter) -> StuckLetter:
    return StuckLetter(letter.id, from_seconds(letter.queued_at), letter.fault)
