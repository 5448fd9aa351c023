"""The receipt that a person takes away of a consent (ISO/IEC TS 27560, PROTOCOL 6).

One file for people and machines, ``{"receipt": {…}, "sigs": [{"key", "sig"}]}`` in
canonical JSON: what was agreed in the terms of TS 27560, the leaf of the consent with
its evidence and its proof, and every document that is needed to check them offline.
The origin's document key signs the canonical bytes of ``receipt``. The person's name
and the block list are never inside.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field

from protocol.audit.records import (
    BodyRecord,
    ConsortiumRecord,
    DescriptorRecord,
    ReceiverRow,
)
from protocol.consent import ConsentStatement, Purpose
from protocol.consent_life import State
from protocol.document import DocSignature, Signed
from protocol.fields import in_one_order
from protocol.identifiers import Base64Url, Day, HashHex, Id, Time
from protocol.level import Level
from protocol.log.leaf import Leaf
from protocol.membership import BaseUrl, LocalName, Member
from protocol.value import Value

MAX_RECEIPT_BYTES = 16 * 1024 * 1024

_MARK = b'{"receipt":'


class Party(Value):
    """A company as the consortium listed it at the time of the consent."""

    member: Id
    name: LocalName
    address: Annotated[str, Field(min_length=1)]
    url: BaseUrl

    @classmethod
    def of(cls, member: Member) -> Self:
        """Return the company behind *member*."""
        return cls(member=member.id, name=member.name, address=member.address, url=member.url)


class Notice(Value):
    """The text that was shown, by its hash, and its language."""

    sha256: HashHex
    lang: Literal["ja", "en"]


class Receiver(Value):
    """A company that was chosen, with what opens its line in the statement."""

    party: Party
    opening: ReceiverRow


class Summary(Value):
    """What was agreed, in the terms of TS 27560.

    The origin's word are `people`, the risk shown: how many of its register shared
    all that was chosen, the person included; and `state`, at `issued`.
    """

    id: Id  # of the `consent.give` leaf
    record: Id
    controller: Party
    notice: Notice
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1), AfterValidator(in_one_order)]
    receivers: tuple[Receiver, ...]
    people: Annotated[int, Field(ge=0)]
    given: Day
    not_after: Time
    withdrawal: str
    level: Level
    state: State

    @classmethod
    def of(
        cls,
        leaf: Leaf,
        statement: ConsentStatement,
        controller: Party,
        receivers: tuple[Receiver, ...],
        people: int,
        state: State,
    ) -> Self:
        """Return what *statement*, given in *leaf*, says."""
        return cls(
            id=leaf.id,
            record=statement.record,
            controller=controller,
            notice=Notice(sha256=statement.text_sha256, lang=statement.lang),
            purposes=statement.purposes,
            receivers=receivers,
            people=people,
            given=leaf.day,
            not_after=statement.not_after,
            withdrawal=statement.withdrawal,
            level=statement.level,
            state=state,
        )


class ConsentReceipt(Value):
    """All that the origin signs."""

    v: Literal[1] = 1
    cs: HashHex
    issued: Time
    summary: Summary
    entry: Base64Url  # the bytes of the leaf
    body: BodyRecord
    proof: Base64Url  # its `.tlog-proof` text
    consortium: tuple[ConsortiumRecord, ...]
    descriptors: tuple[DescriptorRecord, ...]


class ReceiptFile(Value):
    """The file: the receipt with the one signature of a document key of the origin."""

    receipt: ConsentReceipt
    sigs: Annotated[tuple[DocSignature, ...], Field(min_length=1, max_length=1)]

    @classmethod
    def of(cls, receipt: ConsentReceipt, signed: Signed) -> Self:
        """Return the file of *receipt*, whose canonical bytes were *signed*."""
        return cls(receipt=receipt, sigs=signed.sigs)

    @property
    def signed(self) -> Signed:
        """The document, not verified yet."""
        return Signed(self.receipt.canonical(), self.sigs)


def is_receipt(payload: bytes) -> bool:
    """Tell whether *payload* begins as a receipt does; a bundle begins with its header."""
    return payload.startswith(_MARK)
