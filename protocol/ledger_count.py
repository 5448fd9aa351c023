"""The receipt that a count quotes, checked from the count alone (PROTOCOL 7).

The issuer's entry, its opening and its proof stand inside the count, so no other
log and no clock plays a part.
"""

from crypto.encoding import b64url_decode, hex_decode
from protocol.body import Opening
from protocol.errors import MalformedError
from protocol.ledger import Counted, QuotedLeaf, Receipt, nullifier_commitment
from protocol.ledger_context import LedgerContext, Terms
from protocol.log.cosignature import verify_cosignature
from protocol.log.leaf import Leaf, LeafKind
from protocol.log.note import Note, Verifier
from protocol.log.proof import InclusionProof


def check_count(body: Counted, terms: Terms, context: LedgerContext) -> str:
    """Return the member that issued the receipt which *body* rightly counts.

    Raises:
        TooLargeError: the opening is over the limit of a body.
        MalformedError: nullifier, opening, proof, issuer, origin or level is wrong.
    """
    receipt = open_receipt(body.receipt)
    if receipt.origin != context.owner:
        raise MalformedError("receipt for another origin")
    if receipt.level < terms.params.count_level:
        raise MalformedError("receipt below the level that counts")
    commitment = nullifier_commitment(hex_decode(body.salt, 32), hex_decode(body.nullifier, 32))
    if commitment.hex() != receipt.nullifier_c:
        raise MalformedError("receipt for another nullifier")
    issuer = _check_proof(body.receipt, context)
    if issuer == context.owner or issuer not in terms.active:
        raise MalformedError("receipt not by another active member")
    return issuer


def open_receipt(quoted: QuotedLeaf) -> Receipt:
    """Return the receipt inside the quoted leaf.

    Raises:
        TooLargeError: its opening is over the limit of a body.
        MalformedError: no `ledger` leaf, an opening of another one, or no receipt.
    """
    leaf = quoted_leaf(quoted)
    if leaf.kind is not LeafKind.LEDGER or leaf.c is None:
        raise MalformedError("not a ledger leaf")
    opening = Opening.from_json(quoted.to_json()["opening"])
    opening.check(leaf.c)
    return Receipt.from_json(opening.ev)


def quoted_leaf(quoted: QuotedLeaf) -> Leaf:
    """Return the leaf whose entry is quoted.

    Raises:
        MalformedError: the entry is no leaf.
    """
    return Leaf.parse(b64url_decode(quoted.entry))


def _check_proof(quoted: QuotedLeaf, context: LedgerContext) -> str:
    """Return whose log holds the quoted leaf, by a head that the owner cosigned."""
    proof = InclusionProof.parse(b64url_decode(quoted.proof))
    note = Note.parse(proof.note)
    issuers = [key for key in context.logs if _signs(note, key.verifier)]
    witnesses = [key for key in context.witnesses if _signs(note, key)]
    if len({key.member for key in issuers}) != 1 or not witnesses:
        raise MalformedError("head without the signatures of one issuer and of the owner")
    for issuer in issuers:
        proof.verify(b64url_decode(quoted.entry), issuer.verifier)
    for witness in witnesses:
        verify_cosignature(note, witness)
    return issuers[0].member


def _signs(note: Note, verifier: Verifier) -> bool:
    """Tell whether *note* claims to be signed by *verifier*."""
    return any(line.is_by(verifier) for line in note.signatures)
