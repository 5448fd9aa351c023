"""The log of a bundle: one tree under signed and witnessed heads, its membership logged."""

from collections.abc import Iterator

from protocol.audit.case import Case
from protocol.audit.finding import Code, Finding
from protocol.audit.records import NoteRecord
from protocol.day import start_of
from protocol.directory import Directory
from protocol.errors import MalformedError
from protocol.log.checkpoint import Checkpoint, open_checkpoint
from protocol.log.cosignature import verify_cosignature
from protocol.log.leaf import LeafKind, LogOpen, MemberAccept
from protocol.log.note import Note

DAY_S = 86_400


def check_heads(case: Case) -> Iterator[Finding]:
    """Check the heads: signed by the log, of this tree, and together over all entries."""
    largest = 0
    for number, record in enumerate(case.bundle.of(NoteRecord), 1):
        try:
            head, _ = read_head(case.directory, case.owner, record.note)
        except MalformedError:
            yield Finding(Code.HEAD_SIGNATURE, str(number))
            continue
        if head.size <= largest:
            # The witnessed head comes first; a second one is there only if it is larger.
            yield Finding(Code.HEAD_SIZE, str(head.size))
        largest = max(largest, head.size)
        if head.size <= case.tree.size and case.tree.root(head.size) != head.root:
            yield Finding(Code.HEAD_ROOT, str(head.size))
    if not case.bundle.of(NoteRecord):
        yield Finding(Code.HEAD_MISSING)
    elif largest != case.tree.size:
        yield Finding(Code.HEAD_SIZE, str(largest))


def check_witnesses(case: Case) -> Iterator[Finding]:
    """Check that every leaf older than `sla_s` lies below a witnessed head."""
    since = witnessed_size(case)
    sla_s = case.directory.current.params.sla_s
    for opened in case.leaves:
        if opened.index >= since:
            # A day is all that a leaf tells: at its end the leaf surely was there.
            if start_of(opened.leaf.day) + DAY_S + sla_s <= case.header.exported:
                yield Finding(Code.UNWITNESSED, str(since))
            return


def witnessed_size(case: Case) -> int:
    """Return the size of the largest head that enough witnesses cosigned."""
    quorum = case.directory.current.witness_quorum
    size = 0
    for record in case.bundle.of(NoteRecord):
        try:
            head, witnesses = read_head(case.directory, case.owner, record.note)
        except MalformedError:
            continue
        if len(witnesses) >= quorum:
            size = max(size, head.size)
    return size


def read_head(directory: Directory, owner: str, text: str) -> tuple[Checkpoint, frozenset[str]]:
    """Return the head that the log of *owner* signed, and the names of those who cosigned.

    Raises:
        MalformedError: not signed by that log, or a known key's signature does not hold.
    """
    note = Note.parse(text.encode())
    keys = directory.log_verifiers(owner)
    logs = [key for key in keys if any(line.is_by(key) for line in note.signatures)]
    if not logs:
        raise MalformedError("head that the log did not sign")
    heads = [open_checkpoint(note, key) for key in logs]
    witnesses = set[str]()
    for witness in directory.witnesses_of(owner):
        if any(line.is_by(witness) for line in note.signatures):
            verify_cosignature(note, witness)
            witnesses.add(witness.name)
    return heads[0], frozenset(witnesses)


def check_opening(case: Case) -> Iterator[Finding]:
    """Check that the log says in its first leaf which it is, and nowhere else."""
    said = [opened for opened in case.leaves if opened.leaf.kind is LeafKind.LOG_OPEN]
    expected = LogOpen(origin=case.directory.origin(case.owner), cs=case.directory.cs)
    if [(opened.index, opened.leaf.body) for opened in said] != [(0, expected)]:
        yield Finding(Code.LOG_OPEN)


def check_membership(case: Case) -> Iterator[Finding]:
    """Check that each version the log names is here, and each from the first on is named."""
    versions = {version.version: version for version in case.directory.versions}
    named = set[int]()
    for opened in case.leaves:
        body = opened.leaf.body
        if isinstance(body, MemberAccept):
            known = versions.get(body.version)
            if known is None or known.digest().hex() != body.sha256:
                yield Finding(Code.MEMBERSHIP_MISSING, str(body.version))
            named.add(body.version)
        elif opened.leaf.mv not in versions and opened.leaf.kind is not LeafKind.LOG_OPEN:
            yield Finding(Code.MEMBERSHIP_MISSING, str(opened.leaf.mv))
    first = min(named, default=1)
    for number in versions:
        if number >= first and number not in named:
            yield Finding(Code.MEMBERSHIP_UNLOGGED, str(number))
