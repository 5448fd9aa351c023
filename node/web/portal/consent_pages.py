"""The pages behind a consent link: the question, the review, the receipt, the standing."""

from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from crypto.encoding import b64url_decode, b64url_encode
from node.clock import Clock
from node.domain.letters import Answer as LetterAnswer
from node.domain.recipients import AskRules
from node.domain.vocabulary import Vocabulary
from node.i18n import from_seconds, local_day
from node.services.choices import Draft
from node.services.consents import Consents
from node.services.errors import NoSuchLinkError, RefusedChoiceError, WrongCodeError
from node.services.letters import Letters
from node.services.links import Links, Visit
from node.services.offers import Offers
from node.services.receipts import Receipts
from node.services.self_told import SelfTold
from node.web.portal import visit as visits
from node.web.portal.consent import (
    NO_FIELD,
    UNKNOWN_COMPANY,
    WRONG_CODE,
    ConsentDeclined,
    ConsentReceipt,
    ConsentReview,
)
from node.web.portal.consent_form import ConsentForm, page_of
from node.web.portal.consent_text import consent_text
from node.web.portal.faults import answer_faults
from node.web.portal.link import LinkRenewed
from node.web.portal.standing import pairs, status_page
from node.web.ui.errors import failure_page
from node.web.ui.language import current_language
from node.web.ui.page import show_page
from node.web.ui.parts import Complaint
from protocol.consent import CandidateKey, KeyAlgorithm, KeySignature

KIND: Final = "consent"
Answer = str | tuple[str, HTTPStatus] | AnyResponse


@dataclass(frozen=True, slots=True)
class ConsentPages:
    """Everything behind the link of a rejection letter."""

    clock: Clock
    links: Links
    offers: Offers
    consents: Consents
    receipts: Receipts
    letters: Letters
    self_told: SelfTold
    vocabulary: Vocabulary
    rules: AskRules

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        pages = Blueprint("consent", __name__)
        pages.add_url_rule("/c/<secret>", view_func=self.open, endpoint="open")
        pages.add_url_rule("/c/<secret>/<any(ja, en):lang>", view_func=self.open, endpoint="in")
        pages.add_url_rule(
            "/c/<secret>/again", view_func=self.again, endpoint="again", methods=["GET"]
        )
        for path, view in (
            ("consent", self.answer),
            ("sign", self.sign),
            ("withdraw", self.withdraw),
            ("receipt", self.receipt),
            ("renew", self.renew),
        ):
            pages.add_url_rule(f"/c/{path}", view_func=view, endpoint=path, methods=["POST"])
        answer_faults(pages)
        return pages

    def open(self, secret: str, lang: str = "") -> Answer:
        """Show the question, or how the consent stands; nothing is written."""
        del lang  # the frame reads it from the address
        if self.self_told.is_silent(secret):
            return redirect(f"/c/{secret}/about/{current_language()}", HTTPStatus.SEE_OTHER)
        if self.offers.offer(secret).answer is LetterAnswer.AGREED:
            return self._status(secret)
        return self._question(ConsentForm(secret=secret))

    def again(self, secret: str) -> Answer:
        """Show the question once more, such as after a withdrawal."""
        return self._question(ConsentForm(secret=secret))

    def answer(self) -> Answer:
        """Take the form: count, add a block, decline, or go on to the review."""
        form = ConsentForm.parse(request.form)
        said = request.form.get("answer")
        if said not in {"agree", "decline"}:
            step = request.form.get("step")
            if step == "block" and form.unread_block:
                return self._question(form, (UNKNOWN_COMPANY,)), HTTPStatus.BAD_REQUEST
            return self._question(form, counts=step == "count")
        complaints = form.complaints() if said == "agree" else ()
        if complaints:
            return self._question(form, complaints), HTTPStatus.BAD_REQUEST
        try:
            visit = self._visit(form.secret, form.code)
            return (
                self._declined(visit, form.secret)
                if said == "decline"
                else self._review(form, visit)
            )
        except WrongCodeError as error:
            page = self._question(form, (WRONG_CODE,), tries_left=error.left)
            return page, HTTPStatus.FORBIDDEN
        except RefusedChoiceError:
            return self._question(form, (NO_FIELD,)), HTTPStatus.BAD_REQUEST

    def sign(self) -> Answer:
        """Take the confirmed consent, with the signature of the browser's key if it has one."""
        secret, said = request.form.get("secret", ""), request.form.get("answer")
        visit = self._known(secret)
        if visit is None or said not in {"agree", "decline"}:
            return self._question(ConsentForm(secret=secret)), HTTPStatus.BAD_REQUEST
        if said == "decline":
            return self._declined(visit, secret)
        text = request.form.get("signature", "")
        shown = b64url_decode(request.form.get("statement", ""))
        self.consents.sign(visit, shown, KeySignature(sig=text) if text else None)
        standing = self.offers.standing(visit)
        if standing is None:
            return failure_page(HTTPStatus.CONFLICT)
        return show_page(
            ConsentReceipt(
                secret=secret,
                level=standing.level,
                receivers=tuple(line.member.name for line in standing.shown),
                until=local_day(from_seconds(standing.not_after)),
            )
        )

    def withdraw(self) -> Answer:
        """End the consent; the code is asked for once a visit."""
        secret = request.form.get("secret", "")
        if request.form.get("answer") != "withdraw":
            return self._status(secret)
        try:
            self.consents.withdraw(self._visit(secret, request.form.get("code", "")))
        except WrongCodeError as error:
            return self._status(secret, tries_left=error.left), HTTPStatus.FORBIDDEN
        return self._status(secret)

    def receipt(self) -> Answer:
        """Hand out the receipt, which anybody can verify offline."""
        content = self.receipts.of(self.links.resume(request.form.get("secret", ""), KIND))
        response = Response(content, content_type="application/json")
        response.headers["Content-Disposition"] = 'attachment; filename="tasuki-receipt.json"'
        return response

    def renew(self) -> Answer:
        """Send a new link to the address on file; the answer is the same for everybody."""
        with suppress(NoSuchLinkError):
            self.letters.renew(request.form.get("secret", ""))
        return show_page(LinkRenewed())

    def _declined(self, visit: Visit, secret: str) -> str:
        self.consents.decline(visit)
        return show_page(ConsentDeclined(secret))

    def _question(
        self,
        form: ConsentForm,
        complaints: tuple[Complaint, ...] = (),
        *,
        counts: bool = False,
        tries_left: int | None = None,
    ) -> str:
        offer = self.offers.offer(form.secret)
        counted = None
        if counts:
            counted = self.consents.people_like(
                self.links.resume(form.secret, KIND), form.choice(current_language(), "")
            )
        return show_page(
            page_of(
                offer,
                form,
                self.vocabulary,
                self.rules,
                is_code_needed=not visits.is_known(form.secret, now=self.clock.now()),
                now=self.clock.now(),
                complaints=complaints,
                counted=counted,
                tries_left=tries_left,
            )
        )

    def _review(self, form: ConsentForm, visit: Visit) -> Answer:
        try:
            key = CandidateKey(alg=KeyAlgorithm(form.key_alg), key=form.key) if form.key else None
        except ValueError:
            return failure_page(HTTPStatus.BAD_REQUEST)
        language = current_language()
        text = consent_text(language, self.rules.version)
        draft = self.consents.draft(visit, form.choice(language, text), key)
        reach = self.offers.reach(draft.values)
        offer = self.offers.offer(form.secret)
        chosen = _chosen(draft)
        return show_page(
            ConsentReview(
                secret=form.secret,
                statement=b64url_encode(draft.statement.canonical()),
                level=str(draft.statement.level),
                receivers=tuple(member.name for member, _ in offer.members if member.id in chosen),
                shown=pairs(draft.values, self.vocabulary),
                withheld=tuple(str(name) for name in reach.withheld),
                until=local_day(from_seconds(draft.statement.not_after)),
                never=tuple(entry.name or entry.number or "" for entry in offer.blocked),
                people=draft.people,
            )
        )

    def _status(self, secret: str, *, tries_left: int | None = None) -> str:
        offer = self.offers.offer(secret)
        standing = self.offers.standing(self.links.resume(secret, KIND))
        if standing is None:
            return self._question(ConsentForm(secret=secret))
        return show_page(
            status_page(
                secret,
                offer,
                standing,
                self.offers.reach(standing.values),
                self.vocabulary,
                is_code_needed=not visits.is_known(secret, now=self.clock.now()),
                tries_left=tries_left,
            )
        )

    def _visit(self, secret: str, code: str) -> Visit:
        """Return the visit of who typed the code now or before in this visit."""
        known = self._known(secret)
        if known is not None:
            return known
        visit = self.links.visit(secret, KIND, code)
        visits.remember(secret, now=self.clock.now())
        return visit

    def _known(self, secret: str) -> Visit | None:
        if not visits.is_known(secret, now=self.clock.now()):
            return None
        return self.links.resume(secret, KIND)


def _chosen(draft: Draft) -> set[str]:
    return {str(row["member"]) for row in draft.receivers if "salt" in row}
