"""What was handed over, to whom, on whose request, and whether its end was answered."""

from collections.abc import Iterator

from protocol.audit.case import Case, Opened, messages
from protocol.audit.finding import Code, Finding
from protocol.audit.records import DeliveryRecord, ReceivedRecord
from protocol.day import start_of
from protocol.delivery import Delivery, State
from protocol.messages.deletion import DeleteReceipt
from protocol.messages.match import MatchPropose
from protocol.messages.referral import ReferralClaim, ReferralReceipt
from protocol.token import TokenEvidence

DAY_S = 86_400


def check_deliveries(case: Case) -> Iterator[Finding]:
    """Check that each delivery was asked for, and only to whom its tokens are."""
    served = set[str]()
    for opened, delivery in case.all(Delivery):
        request = case.requests.get(delivery.fetch)
        served.add(delivery.fetch)
        if request is None:
            yield Finding(Code.FETCH_MISSING, opened.id)
        elif request.sender != delivery.to:
            yield Finding(Code.FETCH, opened.id)
        for token_id in delivery.tokens:
            token = case.by_id.get(token_id)
            if token is None or not _is_his(token, delivery.to, opened):
                yield Finding(Code.DELIVERED_ELSEWHERE, token_id)
                continue
            if isinstance(token.content, TokenEvidence) and token.content.decoy:
                yield Finding(Code.DELIVERED_DECOY, token_id)
            if case.withdrawn.get(token_id, opened.index) < opened.index:
                yield Finding(Code.DELIVERED_WITHDRAWN, token_id)
            if request is not None and not (request.fetch.start <= token.index < request.fetch.end):
                yield Finding(Code.FETCH, token_id)
    for unused in sorted(case.requests.keys() - served):
        yield Finding(Code.FETCH, unused)


def _is_his(token: Opened, member: str, delivery: Opened) -> bool:
    """Tell whether *token* stood before *delivery* and is *member*'s, as far as it can be read."""
    if token.index > delivery.index:
        return False
    return token.past or (isinstance(token.content, TokenEvidence) and token.content.to == member)


def check_cells(case: Case) -> Iterator[Finding]:
    """Check that the matrix says of each token what the log and the receipts say."""
    rows = {row.token: row for row in case.bundle.of(DeliveryRecord)}
    tokens = {opened.id: token for opened, token in case.all(TokenEvidence) if not token.decoy}
    for token_id in sorted(tokens.keys() - rows.keys()):
        yield Finding(Code.DELIVERY_ROW, token_id)
    delivered = {token for _, delivery in case.all(Delivery) for token in delivery.tokens}
    deleted = {
        (receipt.token, receipt.c, posted.envelope.sender)
        for posted, receipt in messages(case.ins, DeleteReceipt)
    }
    days = {opened.index: opened.leaf.day for opened in case.leaves}
    for token_id, row in rows.items():
        token = tokens.get(token_id)
        if token is None:
            if token_id not in case.by_id or not case.by_id[token_id].past:
                yield Finding(Code.DELIVERY_ROW, token_id)
            continue
        state = cell_state(
            is_delivered=token_id in delivered,
            is_deleted=(token_id, case.by_id[token_id].leaf.c, token.to) in deleted,
            withdrawn=days[case.withdrawn[token_id]] if token_id in case.withdrawn else None,
            not_after=token.not_after,
            sla_s=case.directory.current.params.sla_s,
            now=case.header.exported,
        )
        if row.to != token.to or row.state is not state:
            yield Finding(Code.DELIVERY_STATE, token_id)
        if state is State.OVERDUE:
            yield Finding(Code.OVERDUE, token_id)


def cell_state(
    *,
    is_delivered: bool,
    is_deleted: bool,
    withdrawn: str | None,
    not_after: int,
    sla_s: int,
    now: int,
) -> State:
    """Return the state of a token's cell at *now*.

    *withdrawn* is the UTC day of the withdrawal, if there was one; *not_after* the end
    of the token in Unix seconds; *sla_s* how long a receiver has for its receipt.
    """
    if is_deleted:
        return State.DELETED
    if not is_delivered:
        return State.NOT_DELIVERED
    end = not_after if withdrawn is None else min(not_after, start_of(withdrawn) + DAY_S)
    return State.OVERDUE if end + sla_s <= now else State.DELIVERED


def check_received(case: Case) -> Iterator[Finding]:
    """Check that what was proposed for, receipted or destroyed had been received."""
    received = {(row.sender, row.token) for row in case.bundle.of(ReceivedRecord)}
    for posted, proposal in messages(case.outs, MatchPropose):
        if (posted.envelope.to, proposal.token) not in received:
            yield Finding(Code.RECEIVED, proposal.token)
    for posted, receipt in messages(case.outs, DeleteReceipt):
        if receipt.held is None and (posted.envelope.to, receipt.token) not in received:
            yield Finding(Code.RECEIVED, receipt.token)
    claims = {posted.envelope.id: claim for posted, claim in messages(case.ins, ReferralClaim)}
    for posted, _ in messages(case.outs, ReferralReceipt):
        claim = claims.get(posted.envelope.ref or "")
        if claim is not None and (posted.envelope.to, claim.token) not in received:
            yield Finding(Code.RECEIVED, claim.token)
