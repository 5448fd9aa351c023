"""A candidate's yes as the receiver reads and verifies it (PROTOCOL 6, reveal step 3)."""

from node.storage import bodies, envelopes, trees
from node.storage.database import Tx
from node.storage.tables.opening import Proposal
from node.storage.tables.tree import Entry
from protocol.directory import Directory
from protocol.disclosure import Accept, AcceptStatement
from protocol.document import Signed
from protocol.envelope import Envelope
from protocol.errors import GoneError, LogBehindError, MalformedError
from protocol.identifiers import MemberId, Origin
from protocol.leaf_place import LeafPlace, ReadLeaf
from protocol.log.leaf import Leaf, LeafKind
from protocol.messages.disclosure import DisclosureAccept
from protocol.messages.match import MatchPropose
from protocol.reveal import Asked, Chain, check_acceptance
from protocol.token import TokenEvidence


def checked(
    tx: Tx,
    directory: Directory,
    me: MemberId,
    proposal: Proposal,
    envelope: Envelope,
    message: DisclosureAccept,
) -> AcceptStatement:
    """Return the candidate's statement if *message* proves a yes to *proposal*.

    The sender's log is mirrored at least up to the size that *envelope* names.

    Raises:
        MalformedError: a leaf, an opening, a link, a level, a term or a signature is wrong.
        ExpiredError: the yes was logged after the last day of the proposal.
        GoneError: the token was withdrawn.
        LogBehindError: a named leaf is not mirrored here.
    """
    origin = directory.origin(proposal.member)
    evidence = bodies.evidence(tx, proposal.member, proposal.token_id)
    token = trees.entry_of(tx, origin, proposal.token_id)
    if evidence is None or token is None:
        raise LogBehindError("the token is not read yet")
    asked = Asked(
        cs=directory.cs,
        origin=MemberId(proposal.member),
        me=me,
        proposal=sent(tx, proposal),
        proposal_sha256=proposal.digest,
        token=TokenEvidence.from_json(evidence.ev),
        reveal_level=directory.current.params.reveal_level,
        document_keys=directory.keys(proposal.member, "document"),
    )
    chain = Chain(
        consent=_entry(tx, origin, envelope, message.consent),
        token=_read(token),
        accept=_entry(tx, origin, envelope, message.accept),
    )
    statement = check_acceptance(message, asked, chain)
    if is_withdrawn(tx, origin, proposal.token_id):
        raise GoneError("the token was withdrawn")
    return statement


def sent(tx: Tx, proposal: Proposal) -> MatchPropose:
    """Return the message that made a proposal, from the envelope that was signed."""
    row = envelopes.kept(tx, proposal.id)
    envelope = Envelope.parse(Signed.parse(row.document).doc)
    return MatchPropose.from_json(envelope.to_json()["body"])


def statement_of(proposal: Proposal) -> AcceptStatement:
    """Return the statement of a yes that was verified when it came.

    Raises:
        MalformedError: there was none.
    """
    message = DisclosureAccept.parse(proposal.accept or b"")
    return Accept.from_json(message.accept.opened.ev).statement


def is_withdrawn(tx: Tx, origin: Origin, token_id: str) -> bool:
    """Tell whether the mirror of that log holds the end of the token."""
    ends = trees.of_kinds(tx, origin, [LeafKind.TOKEN_WITHDRAW])
    return any(token_id in (Leaf.parse(entry.payload).ref or ()) for entry in ends)


def _entry(tx: Tx, origin: Origin, envelope: Envelope, place: LeafPlace) -> ReadLeaf:
    """Return the `entry` leaf that stands at *place*."""
    if place.log != origin or place.index >= envelope.at.size:
        raise MalformedError("a leaf outside the sender's log")
    entry = trees.entry_at(tx, origin, place.index)
    if entry is None:
        raise LogBehindError("a named leaf is not read yet")
    first = trees.entry_of(tx, origin, entry.leaf_id)
    # A leaf that repeats an id is void and opens nothing.
    if entry.kind != LeafKind.ENTRY or first is None or first.idx != entry.idx:
        raise MalformedError("another kind of leaf, or a void one")
    return _read(entry)


def _read(entry: Entry) -> ReadLeaf:
    leaf = Leaf.parse(entry.payload)
    return ReadLeaf(log=entry.origin, index=entry.idx, id=leaf.id, c=leaf.c or "", day=leaf.day)
