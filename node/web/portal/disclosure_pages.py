"""The pages of a request for contact: the code, the question, the review and the answer."""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, make_response, redirect, request
from werkzeug.wrappers import Response

from crypto.encoding import b64url_decode
from crypto.errors import BadEncodingError
from node.clock import Clock
from node.domain.vocabulary import Vocabulary
from node.i18n import from_seconds
from node.services.answers import Answers, RequestView
from node.services.errors import (
    LinkError,
    NothingToDoError,
    RefusedChoiceError,
    WrongCodeError,
)
from node.services.links import Links, Visit
from node.services.payloads import AcceptChoice
from node.web.portal import visit as visits
from node.web.portal.disclosure import NO_CONTACT, NO_NAME, NOT_SAID, Answer
from node.web.portal.disclosure_view import (
    answered_page,
    code_page,
    question_page,
    review_page,
)
from node.web.portal.faults import fault_page
from node.web.ui.errors import failure_page
from node.web.ui.language import current_language
from node.web.ui.page import show_page
from node.web.ui.parts import Complaint
from protocol.consent import KeySignature
from protocol.disclosure import State
from protocol.errors import MalformedError

_KIND: Final = "disclosure"
_COMPLAINTS = {"name": NO_NAME, "mails": NO_CONTACT}

_Shown = tuple[str, HTTPStatus]


@dataclass(frozen=True, slots=True)
class DisclosurePages:
    """What the pages behind the link of a disclosure letter do."""

    answers: Answers
    links: Links
    vocabulary: Vocabulary
    clock: Clock

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("disclosure", __name__)
        routes.get("/d/<secret>")(self.show)
        routes.get("/d/<secret>/<any(ja, en):lang>")(self.show)
        routes.post("/d/open")(self.enter)
        routes.post("/d/answer")(self.answer)
        routes.post("/d/sign")(self.sign)
        routes.post("/d/undo")(self.undo)

        @routes.errorhandler(LinkError)
        def no_link(error: LinkError) -> _Shown:
            # The letter is not sent again: the request ends as its link does.
            return fault_page(error, "")

        @routes.errorhandler(NothingToDoError)
        def nothing_to_do(_error: NothingToDoError) -> _Shown:
            return failure_page(HTTPStatus.NOT_FOUND)

        return routes

    def show(self, secret: str, lang: str = "") -> str:
        """Show the request as it stands, or the field for the code."""
        del lang  # read by the language of the page
        visit = self.links.resume(secret, _KIND)
        if not visits.is_known(secret, now=self.clock.now()):
            return show_page(code_page(secret, self.answers.front(visit)))
        view = self.answers.page(visit)
        if view.state is State.ASKED and self.clock.now() < from_seconds(view.not_after):
            return show_page(question_page(secret, view, self.vocabulary))
        return show_page(answered_page(secret, view))

    def enter(self) -> _Shown | Response:
        """Take the code."""
        secret = _secret()
        try:
            self.links.visit(secret, _KIND, request.form.get("code", ""))
        except WrongCodeError as error:
            front = self.answers.front(self.links.resume(secret, _KIND))
            return show_page(code_page(secret, front, error.left)), HTTPStatus.FORBIDDEN
        visits.remember(secret, now=self.clock.now())
        return _back(secret)

    def answer(self) -> _Shown | Response:
        """Take an answer; a yes is shown once more before it counts."""
        secret, visit = self._known()
        match request.form.get("answer"):
            case "accept" if request.form.get("applied") != "yes":
                return self._review(secret, visit)
            case "applied" | "accept":
                self.answers.applied(visit)
                return self._answered(secret, visit, Answer.APPLIED)
            case "decline":
                self.answers.decline(visit)
                return self._answered(secret, visit, Answer.DECLINED)
            case "later":
                self.answers.later(visit)
                return self._answered(secret, visit, Answer.LATER)
            case "block":
                self.answers.block(visit)
                return self._answered(secret, visit, Answer.BLOCKED)
            case _:
                return _back(secret)

    def sign(self) -> _Shown | Response:
        """Take the yes to what was shown, signed by the key that the browser holds."""
        secret, visit = self._known()
        match request.form.get("answer"):
            case "accept":
                signature = request.form.get("signature")
                if signature:
                    self.answers.sign(visit, KeySignature.from_json({"sig": signature}))
                else:
                    self.answers.accept(visit, _statement())
                return self._answered(secret, visit, Answer.ACCEPTED)
            case "decline":
                self.answers.decline(visit)
                return self._answered(secret, visit, Answer.DECLINED)
            case _:
                return _back(secret)

    def undo(self) -> _Shown | Response:
        """Take a yes back."""
        secret, visit = self._known()
        if request.form.get("answer") != "undo":
            return _back(secret)
        self.answers.undo(visit)
        return self._answered(secret, visit, Answer.UNDONE)

    def _known(self) -> tuple[str, Visit]:
        """Return the link of the form, if its code was typed in this visit."""
        secret = _secret()
        visit = self.links.resume(secret, _KIND)
        if not visits.is_known(secret, now=self.clock.now()):
            page = replace(code_page(secret, self.answers.front(visit)), is_over=True)
            abort(make_response(show_page(page), HTTPStatus.FORBIDDEN))
        return secret, visit

    def _review(self, secret: str, visit: Visit) -> _Shown:
        view = self.answers.page(visit)
        if request.form.get("applied") != "no":
            return self._complain(secret, view, NOT_SAID)
        try:
            draft = self.answers.draft(visit, _choice())
        except RefusedChoiceError as error:
            if error.field not in _COMPLAINTS:
                abort(HTTPStatus.BAD_REQUEST)
            return self._complain(secret, view, _COMPLAINTS[error.field])
        return show_page(review_page(secret, view, draft)), HTTPStatus.OK

    def _complain(self, secret: str, view: RequestView, complaint: Complaint) -> _Shown:
        page = question_page(secret, view, self.vocabulary, complaint)
        return show_page(page), HTTPStatus.BAD_REQUEST

    def _answered(self, secret: str, visit: Visit, given: Answer) -> _Shown:
        return show_page(answered_page(secret, self.answers.page(visit), given)), HTTPStatus.OK


def _secret() -> str:
    return request.form.get("secret", "")


def _back(secret: str) -> Response:
    return redirect(f"/d/{secret}/{current_language()}", HTTPStatus.SEE_OTHER)


def _choice() -> AcceptChoice:
    form = request.form
    return AcceptChoice(
        fields=frozenset(form.getlist("identity")),
        report=form.get("report") == "yes",
        summary=form.get("summary", "").strip() or None,
    )


def _statement() -> bytes:
    try:
        return b64url_decode(request.form.get("statement", ""))
    except BadEncodingError as error:
        raise MalformedError("not a statement") from error
