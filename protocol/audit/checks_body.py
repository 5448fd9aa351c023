"""The bodies of a bundle: each leaf's opens it, or is past retention with all that rests on it."""

from collections.abc import Iterator

from protocol.audit.case import Case, Opened
from protocol.audit.finding import Code, Finding
from protocol.day import start_of
from protocol.log.leaf import LeafKind
from protocol.token import TokenEvidence

# Records of provision are kept for a year at least (APPI, rule 21); nothing goes sooner.
RETENTION_S = 365 * 86_400


def check_bodies(case: Case) -> Iterator[Finding]:
    """Check that no leaf's evidence is missing but by the end of its retention."""
    for opened in case.leaves:
        if opened.leaf.c is None or opened.opening is not None:
            continue
        if not opened.past:
            yield Finding(Code.BODY_MISSING, opened.id)
        elif opened.leaf.kind is LeafKind.LEDGER or not _is_over(case, opened):
            yield Finding(Code.PAST_TOO_EARLY, opened.id)


def _is_over(case: Case, opened: Opened) -> bool:
    return start_of(opened.leaf.day) + RETENTION_S <= case.header.exported


def check_past(case: Case) -> Iterator[Finding]:
    """Check that no consent is past retention while a token on it is not.

    What a give or a count rests on is looked for by their own checks.
    """
    past = {opened.id for opened in case.leaves if opened.past}
    for opened, _ in case.all(TokenEvidence):
        row = case.tokens.get(opened.id)
        if row is not None and row.consent in past:
            yield Finding(Code.PAST_NEEDED, row.consent)
