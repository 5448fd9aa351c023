"""What the fold of a member's ledger takes from the consortium (PROTOCOL 7).

Parameters and active members by membership version, and every log and witness
key that a descriptor ever listed: a revocation unmakes no count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from protocol.descriptor import Descriptor
from protocol.errors import MembershipAheadError
from protocol.identifiers import MemberId
from protocol.log.note import Verifier
from protocol.membership import Consortium, Params


@dataclass(frozen=True, slots=True)
class Terms:
    """What one membership version says: its parameters, and who was active."""

    params: Params
    active: frozenset[str]


@dataclass(frozen=True, slots=True)
class IssuerLog:
    """A log that receipts may be quoted from: whose it is, and its keys ever listed."""

    member: str
    verifiers: tuple[Verifier, ...]


@dataclass(frozen=True, slots=True)
class LedgerContext:
    """One owner's surroundings: terms by `mv`, logs by origin, its own witness keys."""

    owner: str
    terms: Mapping[int, Terms]
    logs: Mapping[str, IssuerLog]
    witnesses: tuple[Verifier, ...]

    @classmethod
    def of(
        cls, owner: MemberId, versions: Iterable[Consortium], descriptors: Iterable[Descriptor]
    ) -> Self:
        """Return the surroundings of *owner* by all versions and descriptors known."""

    def terms_of(self, mv: int) -> Terms:
        """Return the terms of membership version *mv*.

        Raises:
            MembershipAheadError: that version is not known here; the fold waits for it.
        """
        if mv not in self.terms:
            raise MembershipAheadError("ledger leaf under a membership version not known here")
        return self.terms[mv]
