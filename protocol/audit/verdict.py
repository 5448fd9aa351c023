"""From the bytes of a bundle to a verdict: what was found, and what could not be checked.

Exit status (PROTOCOL 8): 0 sound; 1 as soon as one finding stands; 2 nothing was
found, but something could not be read or checked.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from crypto.encoding import b64url_decode
from crypto.errors import BadSignatureError
from protocol.audit import (
    checks_body,
    checks_consent,
    checks_delivery,
    checks_foreign,
    checks_ledger,
    checks_log,
    checks_reveal,
    checks_spend,
    checks_token,
)
from protocol.audit.bundle import Bundle, read, signed_text
from protocol.audit.case import Case
from protocol.audit.finding import Code, Finding, NotChecked, ReadProblem, Remarks, Unreadable
from protocol.audit.layout import lay_out
from protocol.audit.membership import read_directory
from protocol.audit.order import misplaced
from protocol.audit.records import ConsentRecord, EndRecord, HeaderRecord
from protocol.consent import ConsentGive
from protocol.delivery import Delivery
from protocol.directory import Directory
from protocol.disclosure import Accept
from protocol.identifiers import KeyId
from protocol.reveal import Give

CHECKS: Final[tuple[Callable[[Case], Iterator[Finding]], ...]] = (
    checks_log.check_heads,
    checks_log.check_witnesses,
    checks_log.check_opening,
    checks_log.check_membership,
    checks_body.check_bodies,
    checks_body.check_past,
    checks_consent.check_rows,
    checks_consent.check_consents,
    checks_consent.check_ends,
    checks_token.check_rows,
    checks_token.check_tokens,
    checks_token.check_withdrawals,
    checks_delivery.check_deliveries,
    checks_delivery.check_cells,
    checks_delivery.check_received,
    checks_reveal.check_accepts,
    checks_reveal.check_undos,
    checks_reveal.check_gives,
    checks_reveal.check_envelopes,
    checks_reveal.check_repeats,
    checks_foreign.check_foreign,
    checks_ledger.check_balance,
    checks_ledger.check_receipts,
    checks_ledger.check_counts,
    checks_ledger.check_nullifiers,
    checks_spend.check_holds,
    checks_spend.check_spends,
    checks_spend.check_returns,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an auditor prints; *statistics* are counts by name, for the human reader."""

    findings: tuple[Finding, ...]
    unreadable: tuple[Unreadable, ...]
    not_checked: tuple[NotChecked, ...]
    statistics: Mapping[str, int]

    @property
    def exit_status(self) -> int:
        """0 sound, 1 found something, 2 could not check everything."""
        if self.findings:
            return 1
        return 2 if self.unreadable else 0


def verify(payload: bytes, trust: str) -> Verdict:
    """Return the verdict on the bundle *payload* of the consortium with fingerprint *trust*."""
    bundle = read(payload)
    remarks = Remarks(unreadable=list(bundle.unreadable))
    headers = bundle.of(HeaderRecord)
    if len(headers) != 1 or bundle.records[0] is not headers[0]:
        remarks.find(Code.HEADER)
        return _verdict(remarks, {})
    header = headers[0]
    if header.trust != trust:
        remarks.find(Code.NOT_ANCHORED)
    directory = read_directory(bundle, trust, remarks, now=header.exported)
    if directory is None or header.node not in directory.descriptors:
        # Without a trusted key of the node nothing else in the file means anything.
        remarks.find(Code.FILE_SIGNATURE)
        return _verdict(remarks, {})
    _check_end(bundle, header, directory, remarks)
    case = lay_out(bundle, header, directory, remarks)
    for kind in misplaced(case):
        remarks.set_aside(ReadProblem.ORDER, kind)
    for check in CHECKS:
        remarks.findings.extend(check(case))
    return _verdict(remarks, _statistics(case))


def _check_end(
    bundle: Bundle, header: HeaderRecord, directory: Directory, remarks: Remarks
) -> None:
    """Check hash and signature of the file."""
    last = bundle.records[-1]
    if not isinstance(last, EndRecord) or len(bundle.of(EndRecord)) != 1:
        remarks.find(Code.FILE_SIGNATURE)
        return
    if last.sha256 != bundle.sha256.hex():
        remarks.find(Code.FILE_HASH)
    keys = directory.keys(header.node, "document")
    if last.key not in keys:
        remarks.find(Code.FILE_SIGNATURE)
        return
    try:
        keys[KeyId(last.key)].verify(
            signed_text(bytes.fromhex(last.sha256)), b64url_decode(last.sig)
        )
    except BadSignatureError:
        remarks.find(Code.FILE_SIGNATURE)


def _verdict(remarks: Remarks, statistics: Mapping[str, int]) -> Verdict:
    return Verdict(
        findings=tuple(sorted(set(remarks.findings))),
        unreadable=tuple(remarks.unreadable),
        not_checked=tuple(NotChecked),
        statistics=statistics,
    )


def _statistics(case: Case) -> Mapping[str, int]:
    """Return counts of leaves, of persons, and of acts at each evidence level."""
    counts = Counter[str]()
    counts["entries"] = case.tree.size
    counts["witnessed"] = checks_log.witnessed_size(case)
    counts["persons"] = len({row.person for row in case.bundle.of(ConsentRecord)})
    for opened in case.leaves:
        counts[f"leaf.{opened.leaf.kind}"] += 1
    for _, give in case.all(ConsentGive):
        counts[f"consent.{give.statement.level}"] += 1
    for _, accept in case.all(Accept):
        counts[f"accept.{accept.statement.level}"] += 1
    counts["gives"] = sum(1 for _ in case.all(Give))
    counts["deliveries"] = sum(len(item.tokens) for _, item in case.all(Delivery))
    return dict(sorted(counts.items()))
