"""Past applicants of this company on the page of an opening, and their invitation."""

from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import ClassVar, Final

from flask import Blueprint, request

from node.clock import Clock
from node.domain.hold import goes_at
from node.domain.vocabulary import Vocabulary
from node.i18n import DEFAULT
from node.services.errors import HeadCountError, NoSuchRecordError, NothingToDoError
from node.services.letters import EASY
from node.services.openings import Openings
from node.services.own_pool import OwnPool
from node.web.console.openings import PastApplicant
from node.web.console.past_applicants import past_applicant
from node.web.ui.errors import failure_page, not_found
from node.web.ui.page import show_page

_MAX_DIGITS: Final = 3
Answer = str | tuple[str, HTTPStatus]


@dataclass(frozen=True, slots=True)
class OwnPoolPage:
    """What own_pool.html shows: past applicants, the one who came furthest first."""

    TEMPLATE: ClassVar[str] = "own_pool.html"

    opening_id: str
    title: str
    is_open: bool
    people: tuple[PastApplicant, ...]
    invited: int | None = None


@dataclass(frozen=True, slots=True)
class Invitee:
    """One person to be invited, and why, in the words of the letter."""

    id: str
    name: str = field(repr=False)
    job: str
    why: str


@dataclass(frozen=True, slots=True)
class InvitePage:
    """What own_pool_confirm.html shows; *changed_to* is the count that did not fit."""

    TEMPLATE: ClassVar[str] = "own_pool_confirm.html"

    opening_id: str
    title: str
    people: tuple[Invitee, ...]
    goes_at: datetime
    is_number_asked: bool
    changed_to: int | None = None


@dataclass(frozen=True, slots=True)
class OwnPoolPages:
    """From an opening to the invitation of past applicants."""

    clock: Clock
    openings: Openings
    pool: OwnPool
    vocabulary: Vocabulary

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        pages = Blueprint("own_pool", __name__, url_prefix="/openings/<opening_id>/own")
        pages.register_error_handler(NoSuchRecordError, not_found)
        pages.get("")(self.show)
        pages.post("")(self.choose)
        pages.post("/invite")(self.invite)
        return pages

    def show(self, opening_id: str) -> str:
        """List the past applicants who fit."""
        return self._page(opening_id)

    def choose(self, opening_id: str) -> Answer:
        """Ask once more before the chosen people are invited."""
        return self._confirmation(opening_id)

    def invite(self, opening_id: str) -> Answer:
        """Let the invitations go."""
        people = request.form.getlist("person")
        try:
            invited = self.pool.invite(opening_id, people, _count(request.form.get("count", "")))
        except HeadCountError as error:
            return self._confirmation(opening_id, error.found), HTTPStatus.CONFLICT
        except NothingToDoError:
            return failure_page(HTTPStatus.CONFLICT)
        return self._page(opening_id, invited)

    def _page(self, opening_id: str, invited: int | None = None) -> str:
        view = self.openings.get(opening_id)
        found = self.pool.best(opening_id) if view.is_open else []
        return show_page(
            OwnPoolPage(
                opening_id=opening_id,
                title=view.draft.title,
                is_open=view.is_open,
                people=tuple(past_applicant(one, self.vocabulary) for one in found),
                invited=invited,
            )
        )

    def _confirmation(self, opening_id: str, changed_to: int | None = None) -> str:
        chosen = set(request.form.getlist("person"))
        found = [
            one
            for one in self.pool.best(opening_id)
            if one.refusal is None and one.past.person_id in chosen
        ]
        if not found:
            return self._page(opening_id)
        return show_page(
            InvitePage(
                opening_id=opening_id,
                title=self.openings.get(opening_id).draft.title,
                people=tuple(
                    Invitee(
                        one.past.person_id,
                        one.name,
                        one.past.job,
                        self.pool.reinvitations.why(one, DEFAULT),
                    )
                    for one in found
                ),
                goes_at=goes_at(self.clock.now(), self.pool.hold),
                is_number_asked=len(found) > EASY,
                changed_to=changed_to,
            )
        )


def _count(text: str) -> int:
    """Return the number that was typed; what is none fits no group."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS else -1
