"""What this node held, spent and took back as a receiver, each for one proposal of its own."""

from collections.abc import Iterator

from crypto.encoding import hex_decode
from protocol.audit.case import Case, Posted, messages
from protocol.audit.finding import Code, Finding
from protocol.day import day_of
from protocol.identifiers import EnvelopeId, MemberId, TokenId
from protocol.ledger import Hold, Return, Spend, hold_bind
from protocol.messages.match import MatchPropose
from protocol.messages.reveal import RevealFetch, RevealGive
from protocol.reveal import Returned

_SALT_BYTES = 32


def check_holds(case: Case) -> Iterator[Finding]:
    """Check that each hold opens to one proposal that was sent, and each proposal has one."""
    proposals = _proposals(case)
    for opened, hold in case.all(Hold):
        found = proposals.pop(opened.id, [])
        if len(found) != 1 or not is_bound(hold, case.owner, *found[0]):
            yield Finding(Code.HOLD_PROPOSAL, opened.id)
    for found in proposals.values():
        for posted, _ in found:
            yield Finding(Code.HOLD_PROPOSAL, posted.leaf_id)


def _proposals(case: Case) -> dict[str, list[tuple[Posted, MatchPropose]]]:
    """Return the proposals sent, by the hold that they name."""
    found: dict[str, list[tuple[Posted, MatchPropose]]] = {}
    for posted, proposal in messages(case.outs, MatchPropose):
        found.setdefault(proposal.hold.id, []).append((posted, proposal))
    return found


def is_bound(hold: Hold, receiver: str, posted: Posted, proposal: MatchPropose) -> bool:
    """Tell whether *hold* was made by *receiver* for that proposal."""
    envelope = posted.envelope
    bind = hold_bind(
        hex_decode(proposal.hold.salt, _SALT_BYTES),
        MemberId(envelope.to),
        TokenId(proposal.token),
        EnvelopeId(envelope.id),
    )
    return envelope.sender == receiver and bind.hex() == hold.bind


def check_spends(case: Case) -> Iterator[Finding]:
    """Check that each spend served its hold's proposal alone, and came to an end."""
    today = day_of(case.header.exported)
    proposals = _proposals(case)
    returned = {entry.spend for _, entry in case.all(Returned)}
    given = {give.fetch for _, give in messages(case.ins, RevealGive)}
    fetches: dict[str, list[Posted]] = {}
    for posted, fetch in messages(case.outs, RevealFetch):
        fetches.setdefault(fetch.spend.id, []).append(posted)
    for opened, spend in case.all(Spend):
        if opened.id not in case.folded.effective:
            continue
        found = fetches.pop(opened.id, [])
        served = {posted.envelope.id for posted, _ in proposals.get(spend.hold, [])}
        if any(posted.envelope.ref not in served for posted in found):
            yield Finding(Code.SPEND_REPEATED, opened.id)
        is_given = any(posted.envelope.id in given for posted in found)
        hold = case.find(spend.hold, Hold)
        is_open = hold is not None and hold[1].until >= today
        if not (is_given or opened.id in returned or is_open):
            yield Finding(Code.SPEND_OPEN, opened.id)
    for spend_id in fetches:
        yield Finding(Code.SPEND_UNKNOWN, spend_id)


def check_returns(case: Case) -> Iterator[Finding]:
    """Check that each return has its reason, and each reason its spend."""
    explained = {entry.spend for _, entry in case.all(Returned)}
    for opened, back in case.all(Return):
        if back.spend not in explained:
            yield Finding(Code.RETURN_UNEXPLAINED, opened.id)
    for opened, entry in case.all(Returned):
        spend = case.find(entry.spend, Spend)
        if spend is None or spend[0].index > opened.index:
            yield Finding(Code.RETURN_UNEXPLAINED, opened.id)
