"""The person's page once a consent was given: what is shown to whom, and how to stop."""

from datetime import date

from node.domain.vocabulary import Vocabulary
from node.i18n import Bilingual, from_seconds, local_day
from node.services.offers import Offer, Reach, Request, Standing
from node.services.offers import Shown as ShownTo
from node.web.portal.consent import FAMILY_OF, FIELD_NAMES
from node.web.portal.status import AnswerState, Asked, ConsentState, Shown, StatusPage
from node.web.ui.parts import Deletion, Pair
from protocol.consent_life import State
from protocol.disclosure import State as RequestState
from protocol.token import TokenValues

_ANSWERS = {
    RequestState.ASKED: AnswerState.ASKED,
    RequestState.HELD: AnswerState.HELD,
    RequestState.SENT: AnswerState.SENT,
    RequestState.GIVEN: AnswerState.SENT,
    RequestState.UNOPENED: AnswerState.SENT,
    RequestState.RECEIPTED: AnswerState.SENT,
    RequestState.DECLINED: AnswerState.DECLINED,
    RequestState.EXPIRED: AnswerState.EXPIRED,
    RequestState.ENDED: AnswerState.ENDED,
}


def status_page(
    secret: str,
    offer: Offer,
    standing: Standing,
    reach: Reach,
    vocabulary: Vocabulary,
    *,
    is_code_needed: bool,
    tries_left: int | None = None,
) -> StatusPage:
    """Return the page of a consent as it stands."""
    return StatusPage(
        secret=secret,
        state=_state(standing),
        until=local_day(from_seconds(standing.not_after)),
        level=standing.level,
        shown=pairs(standing.values, vocabulary),
        people=reach.people,
        receivers=tuple(
            Shown(line.member.name, _day(line.delivered_at))
            for line in standing.shown
            if not line.is_withheld
        ),
        never=tuple(entry.name or entry.number or "" for entry in offer.blocked),
        asked=tuple(_asked(request) for request in standing.requests),
        deletions=()
        if standing.state is State.GIVEN
        else tuple(_deletion(line, standing) for line in standing.shown),
        is_code_needed=is_code_needed,
        tries_left=tries_left,
    )


def pairs(values: TokenValues, vocabulary: Vocabulary) -> tuple[Pair, ...]:
    """Return the values of a token as a readable list."""
    return tuple(
        Pair(label, _said(name, getattr(values, name), vocabulary))
        for name, label in FIELD_NAMES.items()
        if getattr(values, name) is not None
    )


def _said(name: str, value: object, vocabulary: Vocabulary) -> Bilingual:
    family = FAMILY_OF.get(name, name)
    codes = value if isinstance(value, tuple) else (value,)
    return Bilingual(
        "、".join(vocabulary.label(family, str(code), "ja") for code in codes),
        ", ".join(vocabulary.label(family, str(code), "en") for code in codes),
    )


def _state(standing: Standing) -> ConsentState:
    if standing.state is not State.GIVEN:
        return ConsentState(standing.state)
    if not standing.is_published:
        return ConsentState.WAITING
    if all(line.is_withheld for line in standing.shown):
        return ConsentState.WITHHELD
    return ConsentState.LIVE


def _asked(request: Request) -> Asked:
    is_open = request.state is RequestState.ASKED
    # A yes that the company did not take up in time expires too.
    is_lapsed_yes = request.state is RequestState.EXPIRED and request.is_answered
    return Asked(
        name=request.asking.name,
        day=local_day(from_seconds(request.asked_at)),
        state=AnswerState.ENDED if is_lapsed_yes else _ANSWERS[request.state],
        until=from_seconds(request.not_after) if is_open else None,
    )


def _day(at: int | None) -> date | None:
    return None if at is None else local_day(from_seconds(at))


def _deletion(line: ShownTo, standing: Standing) -> Deletion:
    return Deletion(
        name=line.member.name,
        asked=_day(standing.ended_at),
        state=line.state,
        day=None if line.deleted_on is None else date.fromisoformat(line.deleted_on),
    )
