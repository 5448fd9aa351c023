"""The tokens of a bundle: each within a consent that stands before it (PROTOCOL 6)."""

from collections.abc import Iterator

from crypto.encoding import hex_decode
from protocol.audit.case import Case, Opened
from protocol.audit.finding import Code, Finding
from protocol.audit.records import ConsentRecord, TokenRecord
from protocol.consent import ConsentGive, ConsentStatement
from protocol.identifiers import LeafId
from protocol.log.leaf import LeafKind
from protocol.token import TokenEvidence, consent_commitment, key_commitment

_SALT_BYTES = 32


def check_rows(case: Case) -> Iterator[Finding]:
    """Check that each token has its row and each row its token."""
    published = {opened.id for opened, _ in case.all(TokenEvidence)}
    for missing in sorted(published ^ case.tokens.keys()):
        yield Finding(Code.TOKEN_ROW, missing)


def check_tokens(case: Case) -> Iterator[Finding]:
    """Check each token against the consent that it rests on."""
    for opened, token in case.all(TokenEvidence):
        row = case.tokens.get(opened.id)
        if row is None:
            continue
        yield from _check_replaced(case, opened, token)
        found = case.find(row.consent, ConsentGive)
        salt = hex_decode(row.salts.consent, _SALT_BYTES)
        if found is None or consent_commitment(salt, LeafId(row.consent)).hex() != token.consent:
            yield Finding(Code.TOKEN_CONSENT, opened.id)
            continue
        consent, give = found
        if consent.index > opened.index:
            yield Finding(Code.TOKEN_EARLY, opened.id)
        if token.decoy:
            if row.salts.key is not None:
                yield Finding(Code.TOKEN_KEY, opened.id)
        else:
            yield from _check_content(case, opened, token, row, give.statement)


def check_withdrawals(case: Case) -> Iterator[Finding]:
    """Check that a withdrawal names tokens that were published before, each once."""
    for opened in case.leaves:
        for token in opened.leaf.ref or ():
            published = case.by_id.get(token)
            if (
                published is None
                or published.leaf.kind is not LeafKind.TOKEN_PUBLISH
                or published.index > opened.index
                or case.withdrawn[token] != opened.index
            ):
                yield Finding(Code.WITHDRAWAL, token)


def _check_content(
    case: Case, opened: Opened, token: TokenEvidence, row: TokenRecord, consent: ConsentStatement
) -> Iterator[Finding]:
    """Check what a token that is no decoy says; not named in the consent is not allowed."""
    named = _fields_for(case.consents.get(row.consent), token.to)
    if named is None:
        yield Finding(Code.TOKEN_RECEIVER, opened.id)
    elif not set(token.fields) <= named:
        yield Finding(Code.TOKEN_FIELDS, opened.id)
    if not _has_key(token, row, consent):
        yield Finding(Code.TOKEN_KEY, opened.id)
    modes = {found.legal_mode for found in case.directory.descriptors.get(case.owner, ())}
    if (
        token.mode not in modes
        or token.level is not consent.level
        or token.purpose not in consent.purposes
        or token.not_after > consent.not_after
    ):
        yield Finding(Code.TOKEN_TERMS, opened.id)


def _fields_for(consent: ConsentRecord | None, member: str) -> set[str] | None:
    for receiver in () if consent is None else consent.receivers:
        if receiver.member == member:
            return {str(name) for name in receiver.fields}
    return None


def _has_key(token: TokenEvidence, row: TokenRecord, consent: ConsentStatement) -> bool:
    """Tell whether the token commits to the consent's key; at E0 there is none to commit to."""
    if consent.key is None or row.salts.key is None:
        return consent.key is None and row.salts.key is None
    salt = hex_decode(row.salts.key, _SALT_BYTES)
    return key_commitment(salt, consent.key.alg, consent.key.raw).hex() == token.key


def _check_replaced(case: Case, opened: Opened, token: TokenEvidence) -> Iterator[Finding]:
    """Check that the token that this one replaces was the same receiver's and has ended."""
    if token.replaces is None:
        return
    found = case.find(token.replaces, TokenEvidence)
    ended = case.withdrawn.get(token.replaces)
    if found is None or found[1].to != token.to or ended is None or ended > opened.index:
        yield Finding(Code.TOKEN_REPLACES, opened.id)
