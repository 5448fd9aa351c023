"""What a yes is said to: the values chosen, frozen until they are given, and its proof."""

from dataclasses import dataclass, field
from typing import Final

from crypto import canonical_json
from crypto.encoding import b64url_encode
from node.domain import applicant
from node.services.errors import RefusedChoiceError
from node.services.tokens import chosen_fields
from node.storage import bodies, trees
from node.storage.database import Tx
from node.storage.tables.consent import Consent, Token
from node.storage.tables.disclosure import Disclosure
from node.storage.vault import Vault
from protocol.body import Opening
from protocol.consent import CandidateKey, KeyAlgorithm
from protocol.disclosure import AcceptStatement
from protocol.errors import MalformedError
from protocol.fields import IdentityField
from protocol.identifiers import MemberId, Origin
from protocol.identity import Identity
from protocol.messages.disclosure import DisclosureAccept, OpenedLeaf, Salts
from protocol.reveal import SealedPayload
from protocol.value import Value

_REACHED_BY: Final = {IdentityField.MAILS, IdentityField.PHONES}


@dataclass(frozen=True, slots=True)
class AcceptChoice:
    """What the person ticked to be sent, what it adds, and whether the outcome may be told."""

    fields: frozenset[str]
    report: bool
    summary: str | None = field(default=None, repr=False)


class Draft(Value):
    """A yes that waits for the signature of the person's key, with what it is for."""

    statement: AcceptStatement
    payload: SealedPayload


def offered(identity: applicant.Identity) -> Identity:
    """Return what the company holds of a person in the form in which it would be sent."""
    return Identity(
        name=identity.name,
        kana=identity.kana,
        birth=None if identity.born_on is None else identity.born_on.isoformat(),
        mails=identity.mails or None,
        phones=identity.phones or None,
        postal=identity.postal,
        prefecture=identity.prefecture,
    )


def chosen(identity: Identity, choice: AcceptChoice) -> Identity:
    """Return exactly what the person ticked and added.

    Raises:
        RefusedChoiceError: name or address is missing, or what is not on file.
    """
    try:
        fields = {IdentityField(name) for name in choice.fields}
    except ValueError:
        # Its own text repeats the value.
        raise RefusedChoiceError("identity", "not a field") from None
    if IdentityField.NAME not in fields:
        raise RefusedChoiceError("name", "the name is needed")
    if not fields & _REACHED_BY:
        raise RefusedChoiceError("mails", "a mail address or a phone is needed")
    try:
        ticked = identity.only(fields)
    except MalformedError as error:
        raise RefusedChoiceError("identity", "a field is not on file") from error
    if not choice.summary:
        return ticked
    try:
        return Identity.from_json({**ticked.to_json(), "summary": choice.summary})
    except MalformedError as error:
        raise RefusedChoiceError("summary", "too long") from error


def freeze(tx: Tx, vault: Vault, row: Disclosure, payload: SealedPayload) -> None:
    """Keep what a yes was said to, so that just this is given later."""
    plain = payload.identity.canonical()
    row.frozen = vault.seal(tx, row.person_id, f"accepted/{row.id}", plain)
    nonce = bytes.fromhex(payload.n)
    row.nonce = vault.seal(tx, row.person_id, f"accepted-nonce/{row.id}", nonce)


def frozen(tx: Tx, vault: Vault, row: Disclosure) -> SealedPayload:
    """Return what :func:`freeze` kept.

    Raises:
        MalformedError: nothing is kept.
    """
    if row.frozen is None or row.nonce is None:
        raise MalformedError("nothing is frozen")
    plain = vault.open(tx, row.person_id, f"accepted/{row.id}", row.frozen)
    nonce = vault.open(tx, row.person_id, f"accepted-nonce/{row.id}", row.nonce)
    return SealedPayload(n=nonce.hex(), identity=Identity.parse(plain))


def statement_of(row: Disclosure) -> AcceptStatement | None:
    """Return the yes to a request, if there is one."""
    return None if row.statement is None else AcceptStatement.parse(row.statement)


def candidate_key(consent: Consent) -> CandidateKey | None:
    """Return the key of the person who consented, none at E0."""
    if consent.key is None or consent.key_alg is None:
        return None
    return CandidateKey(alg=KeyAlgorithm(consent.key_alg), key=b64url_encode(consent.key))


def proof(
    tx: Tx, me: MemberId, origin: Origin, row: Disclosure, token: Token, consent: Consent
) -> DisclosureAccept:
    """Return all that proves a yes: evidence, salts and key, no value of the person.

    Raises:
        MalformedError: a part of the evidence is not there.
    """
    accept_id = row.accept_id or ""
    entry = trees.entry_of(tx, origin, accept_id)
    accept, give = bodies.evidence(tx, me, accept_id), bodies.evidence(tx, me, consent.id)
    if entry is None or accept is None or give is None or token.consent_salt is None:
        raise MalformedError("the evidence of a yes is not whole")
    return DisclosureAccept(
        accept=_opened(origin, entry.idx, accept_id, accept),
        consent=_opened(origin, consent.idx, consent.id, give),
        salts=Salts(
            key=None if token.key_salt is None else token.key_salt.hex(),
            consent=token.consent_salt.hex(),
            receiver=_receiver_salt(consent, row.member),
        ),
        fields=chosen_fields(consent, row.member),
        key=candidate_key(consent),
    )


def _opened(origin: Origin, index: int, leaf_id: str, opening: Opening) -> OpenedLeaf:
    return OpenedLeaf(log=origin, index=index, id=leaf_id, opening=opening.erased().to_json())


def _receiver_salt(consent: Consent, member: str) -> str:
    rows = canonical_json.loads(consent.receivers)
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get("member") == member:
            return str(row.get("salt"))
    raise MalformedError("the consent does not name that company")
