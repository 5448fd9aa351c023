"""The hold and the spend under each give, as they stand in the receiver's log."""

from collections.abc import Iterator

from crypto.encoding import b64url_decode
from protocol.audit.case import Case, Opened, messages
from protocol.audit.checks_spend import is_bound
from protocol.audit.finding import Code, Finding
from protocol.audit.records import ForeignRecord
from protocol.body import Opening
from protocol.errors import MalformedError, ProtocolError
from protocol.ledger import Hold, LedgerBody, QuotedLeaf, Spend, parse_ledger_body
from protocol.ledger_count import quoted_leaf
from protocol.log.checkpoint import Checkpoint
from protocol.log.leaf import LeafKind
from protocol.log.note import Note
from protocol.log.proof import InclusionProof
from protocol.messages.match import MatchPropose
from protocol.reveal import Give


def check_foreign(case: Case) -> Iterator[Finding]:
    """Check that each give rests on one spend of the right hold, which no other proposal has."""
    used: dict[str, str] = {}
    fetches = set[str]()
    for opened, give in case.all(Give):
        fetches.add(give.fetch)
        record = case.foreign.get(give.fetch)
        if record is None:
            yield Finding(Code.FOREIGN, opened.id)
            continue
        try:
            _check_record(case, give, record)
        except ProtocolError:
            yield Finding(Code.GIVE_SPEND, opened.id)
        if used.setdefault(give.spend.id, give.proposal) != give.proposal:
            yield Finding(Code.GIVE_SPEND, opened.id)
    for unused in sorted(case.foreign.keys() - fetches):
        yield Finding(Code.FOREIGN, unused)


def _check_record(case: Case, give: Give, record: ForeignRecord) -> None:
    found = next(
        (it for it in messages(case.ins, MatchPropose) if it[0].envelope.id == give.proposal), None
    )
    if found is None:
        raise MalformedError("give without its proposal")
    posted, proposal = found
    receiver = posted.envelope.sender
    hold_leaf, hold, _ = _open(case, receiver, record.leaves[0])
    spend_leaf, spend, head = _open(case, receiver, record.leaves[1])
    if not isinstance(hold, Hold) or not isinstance(spend, Spend):
        raise MalformedError("not a hold and a spend")
    if (hold_leaf.id, hold_leaf.index) != (proposal.hold.id, proposal.hold.index):
        raise MalformedError("another hold than the proposal's")
    if (spend_leaf.id, spend_leaf.index) != (give.spend.id, give.spend.index):
        raise MalformedError("another spend than the give's")
    if spend.hold != hold_leaf.id or not hold_leaf.index < spend_leaf.index:
        raise MalformedError("spend of another hold")
    if not is_bound(hold, receiver, posted, proposal):
        raise MalformedError("hold for another proposal")
    if spend_leaf.index >= give.head.size:
        raise MalformedError("spend beyond the head of the give")
    if head.size == give.head.size and head.root.hex() != give.head.root:
        raise MalformedError("another head than the give's")
    if proposal.hold.log != head.origin or give.spend.log != head.origin:
        raise MalformedError("leaves of another log")


def _open(case: Case, receiver: str, quoted: QuotedLeaf) -> tuple[Opened, LedgerBody, Checkpoint]:
    """Return a leaf of *receiver*'s log, what it says, and the head that proves it."""
    leaf = quoted_leaf(quoted)
    if leaf.kind is not LeafKind.LEDGER or leaf.c is None:
        raise MalformedError("not a ledger leaf")
    opening = Opening.from_json(quoted.to_json()["opening"])
    opening.check(leaf.c)
    proof = InclusionProof.parse(b64url_decode(quoted.proof))
    note = Note.parse(proof.note)
    for verifier in case.directory.log_verifiers(receiver):
        if any(line.is_by(verifier) for line in note.signatures):
            head = proof.verify(b64url_decode(quoted.entry), verifier)
            return Opened(proof.index, leaf, opening), parse_ledger_body(opening.ev), head
    raise MalformedError("not signed by that log")
