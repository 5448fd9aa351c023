"""What this node gave as an origin: proposal < acceptance < fetch < give, all in hand."""

from collections.abc import Iterator
from dataclasses import dataclass

from protocol.audit.case import Case, Opened, Posted, messages
from protocol.audit.finding import Code, Finding
from protocol.consent import CandidateKey, ConsentGive, check_signature
from protocol.disclosure import Accept, Undo
from protocol.errors import MalformedError, ProtocolError
from protocol.identifiers import MemberId
from protocol.leaf_place import ReadLeaf
from protocol.messages.disclosure import DisclosureAccept
from protocol.messages.match import MatchPropose
from protocol.messages.reveal import RevealFetch, RevealGive, RevealReceipt, RevealResult
from protocol.reveal import Asked, Chain, Give, check_acceptance
from protocol.token import TokenEvidence


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps before a give, each at its leaf."""

    asked: Posted
    proposal: MatchPropose
    yes: Opened
    accept: Accept
    fetched: Posted
    fetch: RevealFetch


def check_accepts(case: Case) -> Iterator[Finding]:
    """Check that each yes is signed as its token's consent asks, to a proposal in hand."""
    proposals = {
        posted.signed.digest.hex(): (posted, proposal)
        for posted, proposal in messages(case.ins, MatchPropose)
    }
    keys = case.directory.keys(case.owner, "document")
    for opened, accept in case.all(Accept):
        statement = accept.statement
        found = proposals.get(statement.proposal)
        token = case.find(statement.token, TokenEvidence)
        if (
            found is None
            or token is None
            or found[1].token != statement.token
            or found[0].envelope.sender != statement.to
            or found[0].index > opened.index
            or statement.level < token[1].level
        ):
            yield Finding(Code.ACCEPT, opened.id)
            continue
        try:
            check_signature(statement, accept.signature, _key(case, statement.token), keys)
        except MalformedError:
            yield Finding(Code.ACCEPT, opened.id)


def _key(case: Case, token: str) -> CandidateKey | None:
    row = case.tokens.get(token)
    found = None if row is None else case.find(row.consent, ConsentGive)
    return None if found is None else found[1].statement.key


def check_undos(case: Case) -> Iterator[Finding]:
    """Check that an undo takes back one earlier yes, which is then not given."""
    for opened, undo in case.all(Undo):
        found = case.find(undo.accept, Accept)
        if found is None or found[0].index > opened.index:
            yield Finding(Code.UNDO, opened.id)
            continue
        digest = found[1].statement.digest().hex()
        for give, evidence in case.all(Give):
            if evidence.acceptance == digest and give.index > opened.index:
                yield Finding(Code.GIVE_UNDONE, give.id)


def check_gives(case: Case) -> Iterator[Finding]:
    """Check what stands before each give, and that its token lived."""
    for opened, give in case.all(Give):
        steps = find_steps(case, opened, give)
        if steps is None:
            yield Finding(Code.GIVE_CHAIN, opened.id)
            continue
        if case.withdrawn.get(steps.proposal.token, opened.index) < opened.index:
            yield Finding(Code.GIVE_WITHDRAWN, opened.id)
        try:
            _check_told(case, steps)
        except ProtocolError:
            yield Finding(Code.GIVE_ACCEPTANCE, opened.id)


def find_steps(case: Case, opened: Opened, give: Give) -> Steps | None:
    """Return the steps that *give* names if they are there, in order, and of one reveal."""
    proposal = next(
        (it for it in messages(case.ins, MatchPropose) if it[0].envelope.id == give.proposal), None
    )
    fetch = next(
        (it for it in messages(case.ins, RevealFetch) if it[0].envelope.id == give.fetch), None
    )
    accept = next(
        (it for it in case.all(Accept) if it[1].statement.digest().hex() == give.acceptance), None
    )
    if proposal is None or fetch is None or accept is None:
        return None
    steps = Steps(*proposal, *accept, *fetch)
    is_ordered = steps.asked.index < steps.yes.index < steps.fetched.index < opened.index
    is_one = (
        steps.accept.statement.proposal == steps.asked.signed.digest.hex()
        and steps.fetched.envelope.ref == give.proposal
        and steps.fetched.envelope.sender == steps.asked.envelope.sender
        and (steps.fetch.acceptance, steps.fetch.spend) == (give.acceptance, give.spend)
    )
    return steps if is_ordered and is_one else None


def _check_told(case: Case, steps: Steps) -> None:
    """Check that the receiver was told of the yes before it fetched, with all that proves it.

    Raises:
        ProtocolError: it was not, or the proof does not hold.
    """
    proposal = steps.asked.envelope.id
    told = next(
        (
            (posted, message)
            for posted, message in messages(case.outs, DisclosureAccept)
            if posted.envelope.ref == proposal and message.accept.id == steps.yes.id
        ),
        None,
    )
    token = case.find(steps.proposal.token, TokenEvidence)
    if told is None or token is None or not steps.yes.index < told[0].index < steps.fetched.index:
        raise MalformedError("the receiver was not told before it fetched")
    message = told[1]
    asked = Asked(
        cs=case.directory.cs,
        origin=MemberId(case.owner),
        me=MemberId(steps.asked.envelope.sender),
        proposal=steps.proposal,
        proposal_sha256=steps.asked.signed.digest,
        token=token[1],
        reveal_level=case.directory.version(steps.yes.leaf.mv).params.reveal_level,
        document_keys=case.directory.keys(case.owner, "document"),
    )
    chain = Chain(
        consent=_read(case, message.consent.id),
        token=_read(case, steps.proposal.token),
        accept=_read(case, steps.yes.id),
    )
    check_acceptance(message, asked, chain)


def _read(case: Case, leaf_id: str) -> ReadLeaf:
    opened = case.by_id.get(leaf_id)
    if opened is None or opened.leaf.c is None:
        raise MalformedError("no such leaf")
    return ReadLeaf(
        log=case.directory.origin(case.owner),
        index=opened.index,
        id=opened.id,
        c=opened.leaf.c,
        day=opened.leaf.day,
    )


def check_envelopes(case: Case) -> Iterator[Finding]:
    """Check that each give has one envelope and each envelope of one its give."""
    given = {give.fetch: opened for opened, give in case.all(Give)}
    sent: dict[str, list[Posted]] = {}
    for posted, message in messages(case.outs, RevealGive):
        sent.setdefault(message.fetch, []).append(posted)
    for fetch, opened in given.items():
        found = sent.pop(fetch, [])
        if len(found) != 1 or found[0].index < opened.index:
            yield Finding(Code.GIVE_ENVELOPE, opened.id)
    for found in sent.values():
        for posted in found:
            yield Finding(Code.GIVE_ENVELOPE, posted.leaf_id)


def check_repeats(case: Case) -> Iterator[Finding]:
    """Check that a second give for one proposal follows a receipt that the first did not open."""
    unopened = [
        (posted.index, receipt.fetch)
        for posted, receipt in messages(case.ins, RevealReceipt)
        if receipt.result is RevealResult.CANNOT_OPEN
    ]
    last: dict[str, tuple[Opened, Give]] = {}
    for opened, give in case.all(Give):
        before = last.get(give.proposal)
        if before is not None and not any(
            before[0].index < index < opened.index and fetch == before[1].fetch
            for index, fetch in unopened
        ):
            yield Finding(Code.GIVE_REPEATED, opened.id)
        last[give.proposal] = (opened, give)
