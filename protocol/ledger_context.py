"""What the fold of a member's ledger takes from the consortium (PROTOCOL 7).

Parameters and active members by membership version, and every log and witness
key that a descriptor ever listed: a revocation unmakes no count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from protocol.descriptor import Descriptor
from protocol.errors import MembershipAheadError
from protocol.log.note import Verifier
from protocol.membership import Consortium, Params


@dataclass(frozen=True, slots=True)
class Terms:
    """What one membership version says: its parameters, and who was active."""

    params: Params
    active: frozenset[str]


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key under which a member's log was ever read; its name is the log's origin."""

    member: str
    verifier: Verifier


@dataclass(frozen=True, slots=True)
class LedgerContext:
    """One owner's surroundings: terms by `mv`, all log keys, its own witness keys."""

    owner: str
    terms: Mapping[int, Terms]
    logs: tuple[LogKey, ...]
    witnesses: tuple[Verifier, ...]

    @classmethod
    def of(
        cls, owner: str, versions: Iterable[Consortium], descriptors: Iterable[Descriptor]
    ) -> Self:
        """Return the surroundings of *owner* by all versions and descriptors known."""
        terms = {
            version.version: Terms(
                version.params, frozenset(member.id for member in version.active())
            )
            for version in versions
        }
        listed = tuple(descriptors)
        # A dict keeps one of many equal keys, in the order of the descriptors.
        logs = {LogKey(item.member, item.log_verifier()): None for item in listed}
        own = {item.witness_verifier(): None for item in listed if item.member == owner}
        return cls(owner, terms, tuple(logs), tuple(own))

    def terms_of(self, mv: int) -> Terms:
        """Return the terms of membership version *mv*.

        Raises:
            MembershipAheadError: that version is not known here; the fold waits for it.
        """
        if mv not in self.terms:
            raise MembershipAheadError("ledger leaf under a membership version not known here")
        return self.terms[mv]
