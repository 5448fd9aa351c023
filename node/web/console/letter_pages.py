"""The pages of the letters: the group to confirm, what was settled, and the stop."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from node.domain.letter_life import State
from node.i18n import from_seconds
from node.services.agencies import Agencies
from node.services.automatic import Automatic
from node.services.errors import HeadCountError, NoSuchRecordError, NothingToDoError
from node.services.letters import EASY, Letters, ListedLetter
from node.services.media import Media
from node.web.console.authorisation import current_operator
from node.web.console.letters import (
    AgenciesPage,
    LettersPage,
    StuckLetter,
    WaitingLetters,
    agency_lists,
)
from node.web.ui.page import show_page

_MAX_DIGITS = 7
_HERE = "/letters"
_AGENCIES = "/letters/agencies"
Answer = tuple[str, HTTPStatus]


@dataclass(frozen=True, slots=True)
class LetterPages:
    """Pages under /letters."""

    letters: Letters
    automatic: Automatic
    media: Media
    agencies: Agencies

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        pages = Blueprint("letters", __name__)
        pages.add_url_rule(_HERE, view_func=self.show, endpoint="show")
        pages.add_url_rule(_AGENCIES, view_func=self.show_agencies, endpoint="agencies")
        pages.add_url_rule(_AGENCIES, view_func=self.told, endpoint="told", methods=["POST"])
        for name, view in (
            ("confirm", self.confirm),
            ("invite", self.invite),
            ("cancel", self.cancel),
            ("restore", self.restore),
            ("unsure", self.settle),
            ("failed", self.ask_again),
            ("medium", self.set_medium),
            ("automatic", self.set_automatic),
        ):
            pages.add_url_rule(f"{_HERE}/{name}", view_func=view, endpoint=name, methods=["POST"])
        return pages

    def show(self) -> str:
        """Show everything about letters on results."""
        return show_page(self._page())

    def show_agencies(self) -> str:
        """Show whom agencies have to be told about."""
        return show_page(AgenciesPage(agency_lists(self.agencies.to_tell())))

    def told(self) -> Response:
        """Tick off the people of a list as it was shown."""
        self.agencies.told(request.form.getlist("application"))
        return redirect(_AGENCIES, HTTPStatus.SEE_OTHER)

    def confirm(self) -> Answer:
        """Let the group go, where its head-count is what the operator saw."""
        operator_id = current_operator().id
        return self._counted(lambda count: self.letters.confirm(count, operator_id=operator_id))

    def invite(self) -> Answer:
        """Ask those who were told elsewhere, once."""
        return self._counted(self.letters.invite)

    def cancel(self) -> str:
        """Stop everything that has not left."""
        cancelled = self.letters.cancel()
        return show_page(replace(self._page(), cancelled=cancelled))

    def restore(self) -> Answer:
        """Undo a stop."""
        try:
            restored = self.letters.restore()
        except NothingToDoError:
            return show_page(self._page()), HTTPStatus.CONFLICT
        return show_page(replace(self._page(), restored=restored)), HTTPStatus.OK

    def settle(self) -> Response:
        """Note what somebody found out about a letter of which nobody knew whether it went."""
        letter_id = request.form.get("letter", "")
        try:
            if request.form.get("answer") == "went":
                self.letters.sending.did_go(letter_id)
            else:
                self.letters.sending.did_not_go(letter_id)
        except NothingToDoError:
            abort(HTTPStatus.CONFLICT)
        return redirect(f"{_HERE}#unsure", HTTPStatus.SEE_OTHER)

    def ask_again(self) -> Response:
        """Put the results that did not go back to be confirmed."""
        try:
            self.letters.sending.ask_again()
        except NothingToDoError:
            abort(HTTPStatus.CONFLICT)
        return redirect(_HERE, HTTPStatus.SEE_OTHER)

    def set_medium(self) -> Response:
        """Note that the terms of a medium were read, or take the note back."""
        name = request.form.get("name", "")
        try:
            if request.form.get("answer") == "check":
                self.media.check(name, current_operator().id)
            else:
                self.media.uncheck(name)
        except NoSuchRecordError:
            abort(HTTPStatus.CONFLICT)
        return redirect(f"{_HERE}#media", HTTPStatus.SEE_OTHER)

    def set_automatic(self) -> Response:
        """Let the letters of a source go without a hand, or by hand again."""
        source = request.form.get("source", "")
        try:
            if request.form.get("answer") == "on":
                self.automatic.switch_on(source, current_operator().id)
            else:
                self.automatic.switch_off(source)
        except NothingToDoError:
            abort(HTTPStatus.CONFLICT)
        return redirect(f"{_HERE}#automatic", HTTPStatus.SEE_OTHER)

    def _counted(self, let_go: Callable[[int], int]) -> Answer:
        count = _count(request.form.get("count", ""))
        if count is None:
            return show_page(replace(self._page(), is_unread=True)), HTTPStatus.BAD_REQUEST
        try:
            confirmed = let_go(count)
        except HeadCountError as error:
            page = replace(self._page(), changed_to=error.found)
            return show_page(page), HTTPStatus.CONFLICT
        return show_page(replace(self._page(), confirmed=confirmed)), HTTPStatus.OK

    def _page(self) -> LettersPage:
        queue, outbound = self.letters.summary(), self.letters.outbound()
        return LettersPage(
            waiting=WaitingLetters(
                letters=queue.letters,
                with_offer=queue.with_offer,
                jobs=queue.jobs,
                plain=tuple(sorted(queue.without_offer.items())),
                withheld=tuple(sorted(queue.excluded.items())),
                goes_at=queue.goes_at,
                is_easy=queue.letters <= EASY,
                sample=queue.sample,
            ),
            counts=tuple((state, outbound.counts.get(state, 0)) for state in State),
            failed=tuple(_stuck(letter) for letter in outbound.failed),
            unsure=tuple(_stuck(letter) for letter in outbound.unknown),
            invitable=queue.invitable,
            is_invitation_easy=queue.invitable <= EASY,
            restorable=queue.restorable,
            media=tuple(self.media.every()),
            modes=tuple(self.automatic.modes()),
            agency_people=self.agencies.waiting(),
            is_login_refused=self.letters.sending.pace.is_login_refused,
        )


def _count(text: str) -> int | None:
    if not text.isascii() or not text.isdecimal() or len(text) > _MAX_DIGITS:
        return None
    return int(text)


def _stuck(letter: ListedLetter) -> StuckLetter:
    queued = from_seconds(letter.queued_at)
    return StuckLetter(letter.id, letter.name, letter.mail, queued, letter.fault)
