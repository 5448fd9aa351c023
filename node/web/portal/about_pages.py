"""What a person says of himself whom only his own word put on file."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from node.clock import Clock
from node.domain.vocabulary import Vocabulary
from node.i18n import Bilingual
from node.services.errors import WrongCodeError
from node.services.links import Links, Visit
from node.services.self_told import MAX_NAME, About, SelfTold
from node.web.portal import visit as visits
from node.web.portal.consent import WRONG_CODE
from node.web.portal.consent_pages import KIND
from node.web.portal.faults import answer_faults
from node.web.portal.static_link import NOT_ADULT, UNNAMED, AboutPage
from node.web.ui.language import current_language
from node.web.ui.page import show_page
from node.web.ui.parts import Choice, Complaint
from protocol.taxonomy import Region, Years
from protocol.vocabulary import OCCUPATIONS

Answer = str | tuple[str, HTTPStatus] | Response


@dataclass(frozen=True, slots=True)
class AboutPages:
    """Comes before the question of consent where nothing is known of the person."""

    clock: Clock
    links: Links
    self_told: SelfTold
    vocabulary: Vocabulary

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        pages = Blueprint("about", __name__)
        pages.add_url_rule("/c/<secret>/about", view_func=self.open, endpoint="open")
        pages.add_url_rule(
            "/c/<secret>/about/<any(ja, en):lang>", view_func=self.open, endpoint="in"
        )
        pages.add_url_rule("/c/about", view_func=self.tell, endpoint="tell", methods=["POST"])
        answer_faults(pages)
        return pages

    def open(self, secret: str, lang: str = "") -> Answer:
        """Show the form; nothing is written."""
        del lang  # the frame reads it from the address
        if not self.self_told.is_silent(secret):
            return redirect(f"/c/{secret}", HTTPStatus.SEE_OTHER)
        return self._page(secret, ImmutableMultiDict())

    def tell(self) -> Answer:
        """Take the form, and go on to the question."""
        form = request.form
        secret = form.get("secret", "")
        complaints = _complaints(form)
        if complaints:
            return self._page(secret, form, complaints), HTTPStatus.BAD_REQUEST
        try:
            visit = self._visit(secret, form.get("code", ""))
        except WrongCodeError as error:
            page = self._page(secret, form, (WRONG_CODE,), tries_left=error.left)
            return page, HTTPStatus.FORBIDDEN
        self.self_told.tell(visit, _about(form))
        return redirect(f"/c/{secret}/{current_language()}", HTTPStatus.SEE_OTHER)

    def _page(
        self,
        secret: str,
        form: ImmutableMultiDict[str, str],
        complaints: tuple[Complaint, ...] = (),
        *,
        tries_left: int | None = None,
    ) -> str:
        return show_page(
            AboutPage(
                secret=secret,
                occupations=self._choices("occupation", form),
                regions=self._choices("region", form),
                years=self._choices("years", form),
                name=form.get("name", ""),
                is_adult=form.get("adult") == "yes",
                is_code_needed=not visits.is_known(secret, now=self.clock.now()),
                code=form.get("code", ""),
                tries_left=tries_left,
                complaints=complaints,
            )
        )

    def _choices(self, family: str, form: ImmutableMultiDict[str, str]) -> tuple[Choice, ...]:
        return tuple(
            Choice(term.code, Bilingual(term.ja, term.en), term.code == form.get(family))
            for term in self.vocabulary.terms(family)
        )

    def _visit(self, secret: str, code: str) -> Visit:
        if visits.is_known(secret, now=self.clock.now()):
            return self.links.resume(secret, KIND)
        visit = self.links.visit(secret, KIND, code)
        visits.remember(secret, now=self.clock.now())
        return visit


def _complaints(form: ImmutableMultiDict[str, str]) -> tuple[Complaint, ...]:
    name = " ".join(form.get("name", "").split())
    found = []
    if not name.isprintable() or not 1 <= len(name) <= MAX_NAME:
        found.append(UNNAMED)
    if form.get("adult") != "yes":
        found.append(NOT_ADULT)
    return tuple(found)


def _about(form: ImmutableMultiDict[str, str]) -> About:
    """Return what was said; a code that is not offered counts as unsaid."""
    occupation, region, years = (form.get(name) for name in ("occupation", "region", "years"))
    return About(
        name=form.get("name", ""),
        occupation=occupation if occupation in OCCUPATIONS else None,
        region=Region(region) if region in set(Region) else None,
        years=Years(years) if years in set(Years) else None,
    )
