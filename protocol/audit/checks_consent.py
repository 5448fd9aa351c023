"""The consents of a bundle: signed, each given once, naming their receivers one by one."""

from collections.abc import Iterator

from protocol.audit.case import Case, Opened
from protocol.audit.finding import Code, Finding
from protocol.audit.records import ConsentRecord
from protocol.consent import (
    ConsentGive,
    ConsentStatement,
    ConsentWithdraw,
    PriorHead,
    check_consent,
    receiver_commitment,
)
from protocol.errors import MalformedError
from protocol.identifiers import MemberId


def check_consents(case: Case) -> Iterator[Finding]:
    """Check signature, place and receivers of each consent, and that none serves twice."""
    keys = case.directory.keys(case.owner, "document")
    seen = set[bytes]()
    for opened, give in case.all(ConsentGive):
        try:
            check_consent(
                give, cs=case.directory.cs, origin=MemberId(case.owner), document_keys=keys
            )
        except MalformedError:
            yield Finding(Code.CONSENT_SIGNATURE, opened.id)
        digest = give.statement.digest()
        if digest in seen:
            # The same words again, after a withdrawal, would revive it without the person.
            yield Finding(Code.CONSENT_REPEATED, opened.id)
        seen.add(digest)
        if give.statement.prior is not None and not _is_prior(case, opened, give.statement.prior):
            yield Finding(Code.CONSENT_PRIOR, opened.id)
        yield from _check_receivers(case, opened, give.statement)


def check_rows(case: Case) -> Iterator[Finding]:
    """Check that each consent has its row and each row its consent."""
    given = {opened.id for opened, _ in case.all(ConsentGive)}
    for missing in sorted(given ^ case.consents.keys()):
        yield Finding(Code.CONSENT_ROW, missing)


def check_ends(case: Case) -> Iterator[Finding]:
    """Check that each withdrawal ends one standing consent, with all its tokens."""
    ended = dict[str, int]()
    for opened, withdraw in case.all(ConsentWithdraw):
        found = case.find(withdraw.consent, ConsentGive)
        if found is None or found[0].index > opened.index or withdraw.consent in ended:
            yield Finding(Code.CONSENT_END, opened.id)
        ended.setdefault(withdraw.consent, opened.index)
    for token_id, row in case.tokens.items():
        published = case.by_id.get(token_id)
        if row.consent in ended and published is not None:
            if published.index > ended[row.consent]:
                yield Finding(Code.TOKEN_LATE, token_id)
            if token_id not in case.withdrawn:
                yield Finding(Code.TOKEN_ALIVE, token_id)


def _is_prior(case: Case, opened: Opened, prior: PriorHead) -> bool:
    """Tell whether *prior* was a head of this log before the consent."""
    if prior.origin != case.directory.origin(case.owner) or prior.size > opened.index:
        return False
    return case.tree.root(prior.size).hex() == prior.root


def _check_receivers(case: Case, opened: Opened, statement: ConsentStatement) -> Iterator[Finding]:
    others = _others(case, opened)
    if others is not None and len(statement.receivers) != len(others):
        yield Finding(Code.CONSENT_RECEIVER, opened.id)
    row = case.consents.get(opened.id)
    if row is not None and not _opens(row, statement, others):
        yield Finding(Code.CONSENT_RECEIVER, opened.id)


def _others(case: Case, opened: Opened) -> frozenset[str] | None:
    """Return the other members active in the leaf's version; None where that is missing."""
    for version in case.directory.versions:
        if version.version == opened.leaf.mv:
            return frozenset(member.id for member in version.active(besides=MemberId(case.owner)))
    return None


def _opens(row: ConsentRecord, statement: ConsentStatement, others: frozenset[str] | None) -> bool:
    members = [receiver.member for receiver in row.receivers]
    if members != sorted(set(members)) or (others is not None and not set(members) <= others):
        return False
    return all(
        receiver_commitment(receiver.salt_bytes, MemberId(receiver.member), receiver.fields).hex()
        in statement.receivers
        for receiver in row.receivers
    )
