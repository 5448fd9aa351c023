"""Who is who: all versions of the consortium and all descriptors, as one value.

A node reads messages by it and an auditor reads a bundle by it, so both find the same
keys. Every key that a descriptor ever listed stays known: what was signed under it
keeps its place in the log.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from crypto.ed25519 import VerifyKey
from protocol.descriptor import Descriptor, Purpose
from protocol.errors import MembershipAheadError, UntrustedError
from protocol.identifiers import KeyId, MemberId, Origin
from protocol.ledger_context import LedgerContext
from protocol.log.note import Verifier
from protocol.membership import Consortium, Member, fingerprint


@dataclass(frozen=True, slots=True)
class Directory:
    """The versions in order from 1, and each member's descriptors by number."""

    versions: tuple[Consortium, ...]
    descriptors: Mapping[str, tuple[Descriptor, ...]]

    @classmethod
    def of(cls, versions: Iterable[Consortium], descriptors: Iterable[Descriptor]) -> Self:
        """Return the directory of documents that were verified before."""
        by_member: dict[str, tuple[Descriptor, ...]] = {}
        for descriptor in sorted(descriptors, key=lambda found: found.number):
            found = by_member.get(descriptor.member, ())
            by_member[descriptor.member] = (*found, descriptor)
        return cls(tuple(sorted(versions, key=lambda found: found.version)), by_member)

    @property
    def cs(self) -> str:
        """The consortium's fingerprint, in every message."""
        return fingerprint(self.versions[0])

    @property
    def current(self) -> Consortium:
        """The newest version; membership is always judged by it.

        Raises:
            UntrustedError: this node belongs to no consortium yet.
        """
        if not self.versions:
            raise UntrustedError("no consortium was adopted yet")
        return self.versions[-1]

    def version(self, number: int) -> Consortium:
        """Return one version.

        Raises:
            MembershipAheadError: it is not known here.
        """
        if not 1 <= number <= len(self.versions):
            raise MembershipAheadError("a version of the consortium that is not known here")
        return self.versions[number - 1]

    def member(self, member: str) -> Member:
        """Return a member by its id.

        Raises:
            UntrustedError: there is none.
        """
        return self.current.member(MemberId(member))

    def descriptor(self, member: str) -> Descriptor:
        """Return a member's newest descriptor.

        Raises:
            UntrustedError: none is known.
        """
        if member not in self.descriptors:
            raise UntrustedError("no descriptor of that member")
        return self.descriptors[member][-1]

    def origin(self, member: str) -> Origin:
        """Return the origin of a member's log."""
        return self.descriptor(member).origin

    def owner_of(self, origin: str) -> MemberId:
        """Return whose log that is.

        Raises:
            UntrustedError: nobody's here.
        """
        for member, found in self.descriptors.items():
            if found[-1].origin == origin:
                return MemberId(member)
        raise UntrustedError("a log of no member")

    def keys(self, member: str, purpose: Purpose) -> Mapping[KeyId, VerifyKey]:
        """Return every key that a member ever listed for a purpose."""
        return {
            key: verify
            for descriptor in self.descriptors.get(member, ())
            for key, verify in descriptor.keys(purpose).items()
        }

    def caller(self, key: KeyId, at: int) -> tuple[MemberId, VerifyKey]:
        """Return whose `http` key that is at *at*, by the newest descriptors, and the key.

        Raises:
            UntrustedError: no member's, or past its end.
        """
        for member, found in self.descriptors.items():
            keys = found[-1].http_keys(at)
            if key in keys and self.current.is_member(MemberId(member)):
                return MemberId(member), keys[key]
        raise UntrustedError("unknown key")

    def log_verifiers(self, member: str) -> tuple[Verifier, ...]:
        """Return every log key that a member ever listed."""
        return tuple(found.log_verifier() for found in self.descriptors.get(member, ()))

    def witness_verifiers(self, member: str) -> tuple[Verifier, ...]:
        """Return every witness key that a member ever listed."""
        return tuple(found.witness_verifier() for found in self.descriptors.get(member, ()))

    def witnesses_of(self, member: str) -> tuple[Verifier, ...]:
        """Return who may witness a member's log: the other active members and outsiders."""
        others = self.current.active(besides=MemberId(member))
        inside = [key for other in others for key in self.witness_verifiers(other.id)]
        return (*inside, *(Verifier.parse(text) for text in self.current.witnesses))

    def ledger_context(self, owner: str) -> LedgerContext:
        """Return what the fold of a member's ledger takes from the consortium."""
        descriptors = [item for found in self.descriptors.values() for item in found]
        return LedgerContext.of(MemberId(owner), self.versions, descriptors)
