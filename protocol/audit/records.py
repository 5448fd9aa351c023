"""The records of an audit bundle, a class a kind, in the order of the file (PROTOCOL 8).

Never in a bundle: values, names, addresses, free text of persons, block lists, codes,
mails, ciphertexts. A person is an id salted for this one bundle.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import ConfigDict, Field, JsonValue, model_validator

from crypto.encoding import b64url_decode, hex_decode
from crypto.hashing import sha256, tagged
from protocol.body import Opening
from protocol.delivery import State
from protocol.document import Signed, SignedJson
from protocol.fields import TokenFields
from protocol.identifiers import Base64Url, Count, Day, HashHex, Id, KeyIdHex, Time
from protocol.ledger import QuotedLeaf
from protocol.value import Value

_HASH_BYTES = 32
_ALIAS_DIGITS = 32


def person_alias(salt: bytes, person: str) -> str:
    """Return the id under which *person* stands in the bundle made with *salt* (32 bytes)."""
    return tagged("tasuki/1 bundle person", salt, person.encode("ascii")).hex()[:_ALIAS_DIGITS]


class HeaderRecord(Value):
    """Which node speaks, when, and in which consortium."""

    t: Literal["header"] = "header"
    v: Literal[1] = 1
    exported: Time
    node: Id
    trust: HashHex


class DocumentRecord(Value):
    """A record that holds a signed document."""

    doc: SignedJson

    @property
    def signed(self) -> Signed:
        """The document, not verified yet.

        Raises:
            MalformedError: two signatures by one key.
            TooLargeError: it is over the limit of a document.
        """
        return Signed.from_wire(self.doc)

    @property
    def sha256(self) -> str:
        """The hash of the document, by which leaves name it."""
        return sha256(b64url_decode(self.doc.doc)).hex()


class ConsortiumRecord(DocumentRecord):
    """A version of `consortium.json`; by version."""

    t: Literal["consortium"] = "consortium"


class DescriptorRecord(DocumentRecord):
    """A node's descriptor; by member and number."""

    t: Literal["descriptor"] = "descriptor"


class EntryRecord(Value):
    """The bytes of a leaf; by index, all from 0."""

    t: Literal["entry"] = "entry"
    e: Base64Url


class NoteRecord(Value):
    """The newest witnessed head and, where it is larger, the newest signed one."""

    t: Literal["note"] = "note"
    note: Annotated[str, Field(min_length=1)]


class BodyRecord(Value):
    """What opens the leaf `id`, without values; by index, as :class:`PastRecord`."""

    t: Literal["body"] = "body"
    id: Id
    ev: dict[str, JsonValue]
    n_e: HashHex
    pr_hash: HashHex

    @classmethod
    def of(cls, leaf_id: str, opening: Opening) -> Self:
        """Return the record of *opening* in its erased form."""
        return cls.from_json({"t": "body", "id": leaf_id, **opening.erased().to_json()})

    @property
    def opening(self) -> Opening:
        """The opening, in its erased form."""
        return Opening.from_json(
            {"ev": self.to_json()["ev"], "n_e": self.n_e, "pr_hash": self.pr_hash}
        )


class PastRecord(Value):
    """A leaf whose evidence was destroyed at the end of its retention."""

    t: Literal["past"] = "past"
    id: Id


class ReceiverRow(Value):
    """A receiver that a consent names, with what opens its line there."""

    member: Id
    salt: HashHex
    fields: TokenFields

    @property
    def salt_bytes(self) -> bytes:
        """The salt as it is hashed."""
        return hex_decode(self.salt, _HASH_BYTES)


class ConsentRecord(Value):
    """Whose consent the leaf `id` is, and the receivers chosen in it; by index."""

    t: Literal["consent"] = "consent"
    id: Id
    person: Id
    receivers: tuple[ReceiverRow, ...]


class TokenSalts(Value):
    """What opens a token's commitments; no salt of a key at E0 and for a decoy."""

    key: HashHex | None = None
    consent: HashHex


class TokenRecord(Value):
    """On which consent the token `id` rests; by index."""

    t: Literal["token"] = "token"
    id: Id
    consent: Id
    salts: TokenSalts


class OutRecord(DocumentRecord):
    """An envelope sent, and what came back once something did; by index of its `doc.out`."""

    t: Literal["out"] = "out"
    answer: SignedJson | None = None
    problem: SignedJson | None = None

    @model_validator(mode="after")
    def _has_one_outcome(self) -> Self:
        if self.answer is not None and self.problem is not None:
            raise ValueError("an answer and a problem")
        return self


class InRecord(DocumentRecord):
    """An envelope applied, and the answer given; by index of its `doc.in`."""

    t: Literal["in"] = "in"
    answer: SignedJson


class FetchRecord(DocumentRecord):
    """The signed request behind a delivery; by index of the `delivery`."""

    t: Literal["fetch"] = "fetch"


class ForeignRecord(Value):
    """R's hold and spend under a give, from R's log; by index of the `give`."""

    model_config = ConfigDict(validate_by_name=True)

    t: Literal["foreign"] = "foreign"
    fetch: Id = Field(alias="for")
    leaves: tuple[QuotedLeaf, QuotedLeaf]


class DeliveryRecord(Value):
    """The cell of a token that is no decoy; by index of the token."""

    t: Literal["delivery"] = "delivery"
    token: Id
    to: Id
    state: State


class ReceivedRecord(Value):
    """The body of a peer's token taken on a day; by member and token."""

    model_config = ConfigDict(validate_by_name=True)

    t: Literal["received"] = "received"
    sender: Id = Field(alias="from")
    token: Id
    day: Day


class NullifierRecord(Value):
    """Whose nullifier it is, or since when nobody knows; by nullifier."""

    t: Literal["nullifier"] = "nullifier"
    nullifier: HashHex
    person: Id | None = None
    erased: Day | None = None

    @model_validator(mode="after")
    def _has_a_person_or_had_one(self) -> Self:
        if (self.person is None) == (self.erased is None):
            raise ValueError("neither a person nor an erasure, or both")
        return self


class BalanceRecord(Value):
    """The fold of all entries, `living` and `open_holds` on the UTC day of the export."""

    t: Literal["balance"] = "balance"
    size: Count
    counts: Count
    earned: Count
    living: Count
    spends: Count
    returns: Count
    open_holds: Count
    void: Count


class EndRecord(Value):
    """The last line: SHA-256 of all lines before, signed by a document key of the node."""

    t: Literal["end"] = "end"
    sha256: HashHex
    key: KeyIdHex
    sig: Base64Url


Record = (
    HeaderRecord
    | ConsortiumRecord
    | DescriptorRecord
    | EntryRecord
    | NoteRecord
    | BodyRecord
    | PastRecord
    | ConsentRecord
    | TokenRecord
    | OutRecord
    | InRecord
    | FetchRecord
    | ForeignRecord
    | DeliveryRecord
    | ReceivedRecord
    | NullifierRecord
    | BalanceRecord
    | EndRecord
)

# The place of each kind in the file; bodies and what is past stand in one sequence.
ORDER: Final[dict[str, int]] = {
    "header": 0,
    "consortium": 1,
    "descriptor": 2,
    "entry": 3,
    "note": 4,
    "body": 5,
    "past": 5,
    "consent": 6,
    "token": 7,
    "out": 8,
    "in": 9,
    "fetch": 10,
    "foreign": 11,
    "delivery": 12,
    "received": 13,
    "nullifier": 14,
    "balance": 15,
    "end": 16,
}

KINDS: Final[dict[str, type[Record]]] = {
    "header": HeaderRecord,
    "consortium": ConsortiumRecord,
    "descriptor": DescriptorRecord,
    "entry": EntryRecord,
    "note": NoteRecord,
    "body": BodyRecord,
    "past": PastRecord,
    "consent": ConsentRecord,
    "token": TokenRecord,
    "out": OutRecord,
    "in": InRecord,
    "fetch": FetchRecord,
    "foreign": ForeignRecord,
    "delivery": DeliveryRecord,
    "received": ReceivedRecord,
    "nullifier": NullifierRecord,
    "balance": BalanceRecord,
    "end": EndRecord,
}
