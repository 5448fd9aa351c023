"""A request for contact as its pages show it: the services' words made into the page's."""

from datetime import date
from typing import Final

from flask import request

from crypto.encoding import b64url_encode
from node.domain.regions import NAME_OF
from node.domain.vocabulary import Vocabulary
from node.i18n import Bilingual, format_day, from_seconds
from node.services.answers import Front, RequestView
from node.services.disclosures import NOT_RECEIVED
from node.services.payloads import Draft
from node.web.portal.consent import FAMILY_OF, FIELD_NAMES
from node.web.portal.disclosure import (
    ADDRESS,
    COMPANY,
    CORPORATE_NUMBER,
    IDENTITY_NAMES,
    KEPT_FOR,
    PURPOSE,
    REPRESENTATIVE,
    Answer,
    DisclosureAnswered,
    DisclosureCode,
    DisclosurePage,
    DisclosureReview,
    IdentityField,
)
from node.web.ui.language import current_language, gettext, ngettext
from node.web.ui.parts import Complaint, Mark, Pair
from node.web.ui.terms import terms_lines
from protocol.disclosure import State
from protocol.identity import Identity
from protocol.membership import Member
from protocol.token import TokenValues

_SECONDS = 60
_ANSWERS: Final = {
    State.ASKED: Answer.LAPSED,  # past its end; the no goes out at the next round
    State.HELD: Answer.ACCEPTED,
    State.SENT: Answer.ACCEPTED,
    State.GIVEN: Answer.SENT,
    State.UNOPENED: Answer.SENT,
    State.RECEIPTED: Answer.SENT,
    State.DECLINED: Answer.DECLINED,
    State.EXPIRED: Answer.LAPSED,
    State.ENDED: Answer.ENDED,
}


def code_page(secret: str, front: Front, tries_left: int | None = None) -> DisclosureCode:
    """Return the page that asks for the letter's code."""
    return DisclosureCode(secret, _name(front.asking), from_seconds(front.not_after), tries_left)


def question_page(
    secret: str, view: RequestView, vocabulary: Vocabulary, complaint: Complaint | None = None
) -> DisclosurePage:
    """Return the question; what the form that came back had chosen is kept."""
    form = request.form
    ticked = form.getlist("identity")
    return DisclosurePage(
        secret=secret,
        asking=_name(view.asking),
        until=from_seconds(view.not_after),
        about=_about(view),
        reasons=() if view.seen is None else _reasons(view.seen, vocabulary),
        terms=terms_lines(view.terms),
        identity=tuple(
            IdentityField(name, text, is_on=name in ticked) for name, text in _texts(view.identity)
        ),
        undo_minutes=view.undo_s // _SECONDS,
        summary=form.get("summary", ""),
        is_report_on="report" in form,
        has_applied={"yes": True, "no": False}.get(form.get("applied", "")),
        complaints=() if complaint is None else (complaint,),
    )


def review_page(secret: str, view: RequestView, draft: Draft) -> DisclosureReview:
    """Return what would be sent, and what the browser needs to sign it."""
    identity = draft.payload.identity
    return DisclosureReview(
        secret=secret,
        asking=_name(view.asking),
        statement=b64url_encode(draft.statement.canonical()),
        nonce=b64url_encode(bytes.fromhex(draft.payload.n)),
        identity=b64url_encode(identity.canonical()),
        public_key="" if view.key is None else view.key.key,
        level=str(draft.statement.level),
        sent=tuple(Pair(IDENTITY_NAMES[name], text) for name, text in _texts(identity)),
        is_reported=draft.statement.report,
        undo_minutes=view.undo_s // _SECONDS,
    )


def answered_page(
    secret: str, view: RequestView, answer: Answer | None = None
) -> DisclosureAnswered:
    """Return how the request stands; *answer* where the state alone does not say it."""
    return DisclosureAnswered(
        secret=secret,
        asking=_name(view.asking),
        answer=answer or _became(view),
        can_undo=view.can_undo,
        undo_until=None if view.undo_until is None else from_seconds(view.undo_until),
    )


def _became(view: RequestView) -> Answer:
    if view.outcome == NOT_RECEIVED or (view.state is State.EXPIRED and view.chosen):
        return Answer.ENDED  # a yes that the company did not take up
    return _ANSWERS[view.state]


def _name(member: Member) -> Bilingual:
    return Bilingual(member.name.ja, member.name.en)


def _about(view: RequestView) -> tuple[Pair, ...]:
    days = ngettext("%(num)s day", "%(num)s days", view.retention_days)
    return (
        Pair(COMPANY, _name(view.asking)),
        Pair(CORPORATE_NUMBER, view.asking.corporate_number),
        Pair(ADDRESS, view.asking.address),
        Pair(REPRESENTATIVE, view.asking.representative),
        Pair(PURPOSE, view.purpose),
        Pair(KEPT_FOR, days % {"num": view.retention_days}),
    )


def _reasons(seen: TokenValues, vocabulary: Vocabulary) -> tuple[Mark, ...]:
    """Return what that company saw of the person; how it weighed it is its own affair."""
    marks = []
    for name, value in seen.to_json().items():
        family = FAMILY_OF.get(name, name)
        for code in value if isinstance(value, list) else [value]:
            text = vocabulary.label(family, code, current_language())
            marks.append(Mark(what=text, why=gettext(FIELD_NAMES[name]), fits=True))
    return tuple(marks)


def _texts(identity: Identity) -> list[tuple[str, str]]:
    """Return each value that is there, as people read it, in the order of the page."""
    language = current_language()
    written = {
        "name": identity.name,
        "kana": identity.kana,
        "mails": gettext(", ").join(identity.mails or ()),
        "phones": gettext(", ").join(identity.phones or ()),
        "birth": identity.birth and format_day(date.fromisoformat(identity.birth), language),
        "postal": identity.postal and f"〒{identity.postal[:3]}-{identity.postal[3:]}",
        "prefecture": identity.prefecture and NAME_OF[identity.prefecture],
        "summary": identity.summary,
    }
    return [(name, text) for name, text in written.items() if text]
