"""Laying a bundle out: every record put to the leaf that it speaks of (PROTOCOL 8)."""

from collections.abc import Mapping
from typing import Final

from crypto.encoding import b64url_decode
from protocol.audit.bundle import Bundle
from protocol.audit.case import Case, Opened, Tree, fold_ledger
from protocol.audit.finding import Code, ReadProblem, Remarks
from protocol.audit.post import Post
from protocol.audit.records import (
    BodyRecord,
    ConsentRecord,
    EntryRecord,
    FetchRecord,
    ForeignRecord,
    HeaderRecord,
    InRecord,
    OutRecord,
    PastRecord,
    TokenRecord,
)
from protocol.body import MAX_BODY_BYTES, MAX_TOKEN_BYTES, Opening
from protocol.consent import ConsentGive, ConsentWithdraw
from protocol.delivery import Delivery, DocIn, DocOut
from protocol.directory import Directory
from protocol.disclosure import Accept, Undo
from protocol.errors import MalformedError, TooLargeError, UnknownKindError
from protocol.ledger import parse_ledger_body
from protocol.log.leaf import Leaf, LeafKind
from protocol.reveal import Give, Returned
from protocol.token import TokenEvidence
from protocol.value import Value

EVIDENCE: Final[Mapping[str, type[Value]]] = {
    "consent.give": ConsentGive,
    "consent.withdraw": ConsentWithdraw,
    "accept": Accept,
    "undo": Undo,
    "give": Give,
    "returned": Returned,
    "delivery": Delivery,
    "doc.out": DocOut,
    "doc.in": DocIn,
}


def lay_out(bundle: Bundle, header: HeaderRecord, directory: Directory, remarks: Remarks) -> Case:
    """Return the case of *bundle*; what does not fit or could not be read goes to *remarks*."""
    entries = tuple(b64url_decode(record.e) for record in bundle.of(EntryRecord))
    leaves = _open_leaves(bundle, entries, remarks)
    by_id: dict[str, Opened] = {}
    withdrawn: dict[str, int] = {}
    for opened in leaves:
        if by_id.setdefault(opened.id, opened) is not opened:
            remarks.find(Code.ID_REPEATED, opened.id)
        for token in opened.leaf.ref or ():
            withdrawn.setdefault(token, opened.index)
    post = Post(header.node, directory, remarks)
    return Case(
        bundle=bundle,
        header=header,
        directory=directory,
        tree=Tree.over(entries),
        leaves=leaves,
        by_id=by_id,
        withdrawn=withdrawn,
        consents={row.id: row for row in bundle.of(ConsentRecord)},
        tokens={row.id: row for row in bundle.of(TokenRecord)},
        outs=post.read(bundle.of(OutRecord), leaves, DocOut),
        ins=post.read(bundle.of(InRecord), leaves, DocIn),
        requests=post.requests(bundle.of(FetchRecord)),
        foreign={row.fetch: row for row in bundle.of(ForeignRecord)},
        folded=fold_ledger(leaves, by_id, directory.ledger_context(header.node)),
    )


def _open_leaves(
    bundle: Bundle, entries: tuple[bytes, ...], remarks: Remarks
) -> tuple[Opened, ...]:
    bodies: dict[str, BodyRecord] = {}
    for record in bundle.of(BodyRecord):
        if bodies.setdefault(record.id, record) is not record:
            remarks.find(Code.BODY_TWICE, record.id)
    past = {record.id for record in bundle.of(PastRecord)}
    leaves: list[Opened] = []
    for index, entry in enumerate(entries):
        try:
            leaf = Leaf.parse(entry)
        except MalformedError:
            remarks.set_aside(ReadProblem.UNKNOWN_LEAF, str(index))
            continue
        body = bodies.get(leaf.id) if leaf.c is not None else None
        leaves.append(
            Opened(index, leaf, past=leaf.id in past)
            if body is None
            else _open(index, leaf, body.opening, remarks)
        )
    with_body = {opened.id for opened in leaves if opened.leaf.c is not None}
    for leaf_id in sorted((bodies.keys() | past) - with_body):
        remarks.find(Code.BODY_UNKNOWN, leaf_id)
    for leaf_id in sorted(bodies.keys() & past):
        remarks.find(Code.BODY_TWICE, leaf_id)
    return tuple(leaves)


def _open(index: int, leaf: Leaf, opening: Opening, remarks: Remarks) -> Opened:
    """Return the leaf with what *opening* says, or without it where it opens another."""
    limit = MAX_TOKEN_BYTES if leaf.kind is LeafKind.TOKEN_PUBLISH else MAX_BODY_BYTES
    try:
        opening.check(leaf.c or "", limit_bytes=limit)
    except (MalformedError, TooLargeError):
        remarks.find(Code.BODY_OPENING, leaf.id)
        return Opened(index, leaf)
    try:
        content = _content(leaf.kind, opening)
    except UnknownKindError:
        # The fold says what becomes of a ledger body, whoever could not read it.
        if leaf.kind is not LeafKind.LEDGER:
            remarks.set_aside(ReadProblem.UNKNOWN_LEAF, leaf.id)
        return Opened(index, leaf, opening)
    except MalformedError:
        if leaf.kind is not LeafKind.LEDGER:
            remarks.find(Code.BODY_FORM, leaf.id)
        return Opened(index, leaf, opening)
    return Opened(index, leaf, opening, content)


def _content(kind: LeafKind, opening: Opening) -> Value:
    if kind is LeafKind.TOKEN_PUBLISH:
        return TokenEvidence.from_json(opening.ev)
    if kind is LeafKind.LEDGER:
        return parse_ledger_body(opening.ev)
    name = opening.ev.get("kind")
    if not isinstance(name, str) or name not in EVIDENCE:
        raise UnknownKindError("unknown kind of evidence")
    return EVIDENCE[name].from_json(opening.ev)
