"""From the bytes of a consent receipt to a verdict, offline (PROTOCOL 6 and 8).

Exit status as for a bundle: 0 sound; 1 as soon as one finding stands; 2 the file could
not be read. What no receipt can show stands beside every verdict.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from crypto.encoding import b64url_decode
from crypto.errors import BadProofError
from crypto.merkle import leaf_hash, verify_inclusion
from protocol.audit.bundle import Bundle
from protocol.audit.checks_log import DAY_S, read_head
from protocol.audit.finding import Code, Remarks
from protocol.audit.membership import read_directory
from protocol.consent import ConsentGive, check_consent, receiver_commitment
from protocol.day import start_of
from protocol.directory import Directory
from protocol.errors import MalformedError, MembershipAheadError, ProtocolError, TooLargeError
from protocol.identifiers import MemberId
from protocol.level import Level
from protocol.log.leaf import Leaf, LeafKind
from protocol.log.proof import InclusionProof
from protocol.membership import Consortium
from protocol.receipt import (
    MAX_RECEIPT_BYTES,
    ConsentReceipt,
    Party,
    ReceiptFile,
    Receiver,
    Summary,
)


class Fault(StrEnum):
    """What can be wrong with a receipt; the printed words stand with the command line."""

    NOT_ANCHORED = "not-anchored"  # another consortium than the trusted one
    MEMBERSHIP = "membership"  # a version that does not follow, or the leaf's is missing
    DESCRIPTOR = "descriptor"
    DESCRIPTOR_MISSING = "descriptor-missing"  # the origin's
    FILE_SIGNATURE = "file-signature"
    EVIDENCE = "evidence"  # leaf, proof or body is in no known form, or of no consent
    LEAF = "leaf"  # not the entry that the summary and the body name
    OPENING = "opening"
    CONSENT_SIGNATURE = "consent-signature"
    PRIOR = "prior"  # the head that the person saw is of another log, or later
    SUMMARY = "summary"  # says something else than what was signed
    CONTROLLER = "controller"
    RECEIVER = "receiver"
    HEAD = "head"
    PROOF = "proof"
    UNWITNESSED = "unwitnessed"  # although `sla_s` was over when the receipt was made


class NotShown(StrEnum):
    """What no receipt can show; printed with every verdict."""

    STILL_STANDS = "still-stands"
    ALL_NAMED = "all-named"  # a receiver that the origin left out of this file
    TEXT_SHOWN = "text-shown"
    OWN_KEY = "own-key"
    ORIGINS_WORD = "origins-word"  # E0 only


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault and its place: a version, a member, a field of the summary, or nothing."""

    fault: Fault
    where: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Under which head the leaf was proven: its size, and who cosigned it."""

    size: int
    witnesses: frozenset[str]
    is_witnessed: bool


@dataclass(frozen=True, slots=True)
class ReceiptVerdict:
    """What is printed; *receipt* is None where the file could not be read."""

    receipt: ConsentReceipt | None = field(repr=False)
    findings: tuple[Finding, ...] = ()
    standing: Standing | None = None
    not_shown: tuple[NotShown, ...] = ()

    @property
    def exit_status(self) -> int:
        """0 sound, 1 found something, 2 could not be read."""
        if self.receipt is None:
            return 2
        return 1 if self.findings else 0


@dataclass(frozen=True, slots=True)
class _Parts:
    """The texts inside a receipt, read; none of them is checked yet."""

    leaf: Leaf
    give: ConsentGive
    proof: InclusionProof


_MEMBERSHIP = {
    Code.NOT_ANCHORED: Fault.NOT_ANCHORED,
    Code.MEMBERSHIP_CHAIN: Fault.MEMBERSHIP,
    Code.DESCRIPTOR: Fault.DESCRIPTOR,
}


def verify_receipt(payload: bytes, trust: str) -> ReceiptVerdict:
    """Return the verdict on the receipt *payload* of the consortium with fingerprint *trust*."""
    try:
        file = _read(payload)
    except ProtocolError:
        return ReceiptVerdict(None)
    receipt = file.receipt
    findings: list[Finding] = []
    directory = _read_directory(receipt, trust, findings)
    parts = _read_parts(receipt, findings)
    standing = None
    if directory is not None:
        findings += _check_file(file, directory)
        if parts is not None:
            findings += _check_consent(receipt, parts, directory)
            standing = _read_standing(receipt, parts, directory, findings)
    # Where nobody but the origin signed, there is no key of the person to be asked about.
    is_keyless = receipt.summary.level is Level.E0
    other = NotShown.OWN_KEY if is_keyless else NotShown.ORIGINS_WORD
    return ReceiptVerdict(
        receipt=receipt,
        findings=tuple(sorted(set(findings))),
        standing=standing,
        not_shown=tuple(kind for kind in NotShown if kind is not other),
    )


def _read(payload: bytes) -> ReceiptFile:
    """Return the file, not verified yet."""
    if len(payload) > MAX_RECEIPT_BYTES:
        raise TooLargeError("receipt too large")
    return ReceiptFile.parse(payload)


def _read_parts(receipt: ConsentReceipt, findings: list[Finding]) -> _Parts | None:
    try:
        return _Parts(
            leaf=Leaf.parse(b64url_decode(receipt.entry)),
            give=ConsentGive.from_json(receipt.body.opening.ev),
            proof=InclusionProof.parse(b64url_decode(receipt.proof)),
        )
    except MalformedError:
        findings.append(Finding(Fault.EVIDENCE))
        return None


def _read_directory(
    receipt: ConsentReceipt, trust: str, findings: list[Finding]
) -> Directory | None:
    """Return who is who, or None where nothing leads from *trust* to the origin."""
    remarks = Remarks()
    documents = Bundle((*receipt.consortium, *receipt.descriptors), (), b"")
    directory = read_directory(documents, trust, remarks, now=receipt.issued)
    findings.extend(
        Finding(_MEMBERSHIP[item.code], item.where)
        for item in remarks.findings
        if item.code is not Code.DESCRIPTOR_MISSING
    )
    findings.extend(Finding(Fault.DESCRIPTOR) for _ in remarks.unreadable)
    if receipt.cs != trust or not receipt.consortium:
        findings.append(Finding(Fault.NOT_ANCHORED))
    if directory is not None and _origin(receipt) not in directory.descriptors:
        findings.append(Finding(Fault.DESCRIPTOR_MISSING))
        return None
    return directory


def _origin(receipt: ConsentReceipt) -> MemberId:
    return MemberId(receipt.summary.controller.member)


def _check_file(file: ReceiptFile, directory: Directory) -> Iterator[Finding]:
    try:
        file.signed.verify(directory.keys(_origin(file.receipt), "document"))
    except MalformedError:
        yield Finding(Fault.FILE_SIGNATURE)


def _check_consent(
    receipt: ConsentReceipt, parts: _Parts, directory: Directory
) -> Iterator[Finding]:
    """Check that the leaf opens to a signed consent, and that the summary says what it says."""
    leaf, give, origin = parts.leaf, parts.give, _origin(receipt)
    if leaf.kind is not LeafKind.ENTRY or {receipt.summary.id, receipt.body.id} != {leaf.id}:
        yield Finding(Fault.LEAF)
    try:
        receipt.body.opening.check(leaf.c or "")
    except ProtocolError:
        yield Finding(Fault.OPENING)
    keys = directory.keys(origin, "document")
    try:
        check_consent(give, cs=directory.cs, origin=origin, document_keys=keys)
    except MalformedError:
        yield Finding(Fault.CONSENT_SIGNATURE)
    prior = give.statement.prior
    if prior is not None and (
        prior.origin != directory.origin(origin) or prior.size > parts.proof.index
    ):
        yield Finding(Fault.PRIOR)
    yield from _check_summary(receipt.summary, leaf, give)
    try:
        version = directory.version(leaf.mv)
    except MembershipAheadError:
        yield Finding(Fault.MEMBERSHIP, str(leaf.mv))
    else:
        yield from _check_parties(receipt.summary, give, version)


def _check_summary(summary: Summary, leaf: Leaf, give: ConsentGive) -> Iterator[Finding]:
    own_word = summary.controller, summary.receivers, summary.people, summary.state
    said = Summary.of(leaf, give.statement, *own_word)
    before, after = said.to_json(), summary.to_json()
    yield from (Finding(Fault.SUMMARY, name) for name in before if before[name] != after[name])


def _check_parties(summary: Summary, give: ConsentGive, version: Consortium) -> Iterator[Finding]:
    """Check who was named, against the statement and the members of that *version*."""
    origin = MemberId(summary.controller.member)
    parties = {member.id: Party.of(member) for member in version.members}
    if parties.get(origin) != summary.controller:
        yield Finding(Fault.CONTROLLER)
    others = {member.id for member in version.active(besides=origin)}
    shown = set(give.statement.receivers)
    if len(give.statement.receivers) != len(others):
        yield Finding(Fault.RECEIVER)
    named = [receiver.party.member for receiver in summary.receivers]
    if named != sorted(set(named)) or not named:
        yield Finding(Fault.RECEIVER)
    for receiver in summary.receivers:
        member = receiver.party.member
        is_listed = member in others and parties[member] == receiver.party
        if not is_listed or _line(receiver) not in shown:
            yield Finding(Fault.RECEIVER, member)


def _line(receiver: Receiver) -> str:
    """Return what a statement shows of *receiver*, nothing where its opening is of another."""
    opening = receiver.opening
    if opening.member != receiver.party.member:
        return ""
    member = MemberId(opening.member)
    return receiver_commitment(opening.salt_bytes, member, opening.fields).hex()


def _read_standing(
    receipt: ConsentReceipt, parts: _Parts, directory: Directory, findings: list[Finding]
) -> Standing | None:
    """Return under which head the leaf is proven, None where it is under none."""
    proof = parts.proof
    try:
        head, witnesses = read_head(directory, _origin(receipt), proof.note.decode())
    except MalformedError:
        findings.append(Finding(Fault.HEAD))
        return None
    leaf = leaf_hash(b64url_decode(receipt.entry))
    try:
        verify_inclusion(leaf, proof.index, head.size, list(proof.hashes), head.root)
    except BadProofError:
        findings.append(Finding(Fault.PROOF))
        return None
    is_witnessed = len(witnesses) >= directory.current.witness_quorum
    # A day is all that a leaf tells: at its end the leaf surely was there.
    due = start_of(parts.leaf.day) + DAY_S + directory.current.params.sla_s
    if not is_witnessed and due <= receipt.issued:
        findings.append(Finding(Fault.UNWITNESSED))
    return Standing(head.size, witnesses, is_witnessed)
