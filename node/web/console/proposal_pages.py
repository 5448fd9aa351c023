"""The pages of the requests that this company made."""

from http import HTTPStatus

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from node.services.errors import NoSuchRecordError
from node.services.proposals import Proposals, ProposalView
from node.web.console.proposals import TABS, ProposalLine, ProposalsPage
from node.web.ui.errors import not_found
from node.web.ui.page import show_page
from protocol.match_life import TRANSITIONS, Event


def pages(proposals: Proposals) -> Blueprint:
    """Return the pages of the proposals."""
    blueprint = Blueprint("proposals", __name__, url_prefix="/proposals")
    blueprint.register_error_handler(NoSuchRecordError, not_found)

    @blueprint.get("")
    def show() -> str:
        tab = request.args.get("tab", "waiting")
        if tab not in TABS:
            abort(HTTPStatus.NOT_FOUND)
        found = proposals.every()
        counts = {
            name: sum(one.state in states for one in found) for name, (_, states) in TABS.items()
        }
        lines = tuple(_line(one) for one in found if one.state in TABS[tab][1])
        return show_page(ProposalsPage(tab, counts, lines, is_made="made" in request.args))

    @blueprint.post("/<proposal_id>/cancel")
    def cancel(proposal_id: str) -> Response:
        proposals.cancel(proposal_id)
        return redirect("/proposals?tab=ended", HTTPStatus.SEE_OTHER)

    return blueprint


def _line(view: ProposalView) -> ProposalLine:
    return ProposalLine(
        id=view.id,
        opening_id=view.opening_id,
        title=view.title,
        company=view.company,
        state=view.state,
        made=view.created_at,
        until=view.not_after,
        can_cancel=Event.CANCEL in TRANSITIONS[view.state],
    )
