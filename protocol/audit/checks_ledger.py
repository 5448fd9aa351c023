"""The ledger of a bundle: nothing void, the printed balance, one person a nullifier."""

from collections.abc import Iterator

from crypto.encoding import hex_decode
from protocol.audit.case import Case, Opened, Posted, messages
from protocol.audit.finding import Code, Finding
from protocol.audit.records import BalanceRecord, NullifierRecord
from protocol.day import day_of
from protocol.identifiers import TokenId
from protocol.ledger import Counted, Receipt, nullifier_commitment, token_ref
from protocol.ledger_count import quoted_leaf
from protocol.messages.referral import ReferralClaim, ReferralReceipt

_BYTES = 32  # of a salt and of a nullifier


def check_balance(case: Case) -> Iterator[Finding]:
    """Check that the fold gives the printed balance, and name every void leaf."""
    for leaf_id in case.folded.void:
        yield Finding(Code.LEDGER_VOID, leaf_id)
    printed = case.bundle.of(BalanceRecord)
    if len(printed) != 1:
        yield Finding(Code.BALANCE_MISSING)
    elif case.folded.is_whole:
        state = case.folded.state
        balance = state.balance(state.leaf_day(day_of(case.header.exported)))
        if printed[0] != BalanceRecord(size=case.tree.size, **balance.to_json()):
            yield Finding(Code.BALANCE)


def check_receipts(case: Case) -> Iterator[Finding]:
    """Check that each receipt answers a claim, and that its token has no other."""
    claims = {
        posted.envelope.id: (posted, claim) for posted, claim in messages(case.ins, ReferralClaim)
    }
    answers = {
        answer.receipt.id: (posted, answer)
        for posted, answer in messages(case.outs, ReferralReceipt)
    }
    receipted = set[tuple[str, str]]()
    for opened, receipt in case.all(Receipt):
        answered = answers.get(opened.id)
        found = None if answered is None else claims.get(answered[0].envelope.ref or "")
        if answered is None or found is None or not _fits(opened, receipt, answered, found):
            yield Finding(Code.RECEIPT_CLAIM, opened.id)
            continue
        token = (receipt.origin, found[1].token)
        if token in receipted:
            yield Finding(Code.RECEIPT_REPEATED, opened.id)
        receipted.add(token)


def _fits(
    opened: Opened,
    receipt: Receipt,
    answered: tuple[Posted, ReferralReceipt],
    claimed: tuple[Posted, ReferralClaim],
) -> bool:
    """Tell whether *receipt* is for the claim that *answered* refers to."""
    (answer, said), (asked, claim) = answered, claimed
    ref = token_ref(hex_decode(said.salt, _BYTES), TokenId(claim.token))
    return (
        asked.index < opened.index < answer.index
        and receipt.origin == asked.envelope.sender == answer.envelope.to
        and receipt.nullifier_c == claim.nullifier_c
        and receipt.token_c == ref.hex()
        and said.receipt.index == opened.index
    )


def check_counts(case: Case) -> Iterator[Finding]:
    """Check that each count follows from a claim that its receiver receipted."""
    claims = {
        claim.nullifier_c: (posted, claim) for posted, claim in messages(case.outs, ReferralClaim)
    }
    receipts = {
        (posted.envelope.ref, said.receipt.id): posted
        for posted, said in messages(case.ins, ReferralReceipt)
    }
    rows = {row.nullifier: row for row in case.bundle.of(NullifierRecord)}
    for opened, count in case.all(Counted):
        if opened.id not in case.folded.effective:
            continue
        nullifier = hex_decode(count.nullifier, _BYTES)
        claimed = claims.get(nullifier_commitment(hex_decode(count.salt, _BYTES), nullifier).hex())
        if claimed is None:
            yield Finding(Code.COUNT_CLAIM, opened.id)
            continue
        posted, claim = claimed
        receipt = receipts.get((posted.envelope.id, quoted_leaf(count.receipt).id))
        if (
            receipt is None
            or receipt.envelope.sender != posted.envelope.to
            or not posted.index < receipt.index < opened.index
        ):
            yield Finding(Code.COUNT_CLAIM, opened.id)
        if case.withdrawn.get(claim.token, opened.index) < opened.index:
            yield Finding(Code.COUNT_WITHDRAWN, opened.id)
        row = rows.get(count.nullifier)
        if row is None:
            yield Finding(Code.NULLIFIER_ROW, opened.id)
        elif row.person is not None and row.person != _person(case, claim.token):
            yield Finding(Code.NULLIFIER_PERSON, opened.id)


def _person(case: Case, token: str) -> str | None:
    row = case.tokens.get(token)
    consent = None if row is None else case.consents.get(row.consent)
    return None if consent is None else consent.person


def check_nullifiers(case: Case) -> Iterator[Finding]:
    """Check that a person has one nullifier; the order of the rows shows that each has one row."""
    seen = set[str]()
    for row in case.bundle.of(NullifierRecord):
        if row.person is not None:
            if row.person in seen:
                yield Finding(Code.NULLIFIER_PERSON, row.nullifier)
            seen.add(row.person)
