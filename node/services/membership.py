"""Use cases on the membership: adopt its versions and keep its members' descriptors."""

from dataclasses import dataclass

from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_encode
from node.clock import Clock, seconds
from node.services import ceremony
from node.services.errors import CeremonyError
from node.services.log import Log
from node.storage import members
from node.storage.database import Database, Tx
from node.storage.keyfiles import NodeKeys
from protocol import descriptor as descriptors
from protocol.descriptor import Descriptor, LegalMode
from protocol.document import Signed
from protocol.errors import ConflictError
from protocol.identifiers import MemberId
from protocol.membership import Consortium, Member, accept_first, accept_next


@dataclass(frozen=True, slots=True)
class Standing:
    """Under which law the node acts, as its descriptor says."""

    legal_mode: LegalMode
    licence: str | None


@dataclass(frozen=True, slots=True)
class Membership:
    """What this node knows of who the members are, and how it learns of them."""

    db: Database
    log: Log
    clock: Clock

    def found(
        self,
        payloads: list[bytes],
        trust: str,
        own: Member,
        *,
        org: SigningKey,
        keys: NodeKeys,
        standing: Standing,
    ) -> Consortium:
        """Take the chain of versions, oldest first, and describe this node to the others.

        *trust* is the fingerprint, learned outside the network; *own* is this node's
        entry as its request had it; the offline key *org* signs the descriptor.

        Raises:
            CeremonyError: a consortium was adopted before, or the newest version does
                not list this node as it asked.
            ProtocolError: a version that does not follow or is not signed by enough.
        """
        now = self.clock.now()
        with self.db.begin() as tx:
            if members.version_documents(tx):
                raise CeremonyError("a consortium was adopted already: give its next version alone")
            newest: Consortium | None = None
            for payload in payloads:
                signed = Signed.parse(payload)
                newest = (
                    accept_first(signed, trust)
                    if newest is None
                    else accept_next(newest, signed, now=seconds(now))
                )
                members.put_version(tx, newest, payload)
            if newest is None:
                raise CeremonyError("no version was given")
            newest.check_current(now=seconds(now))
            _check_listed(newest, own, org)
            described = ceremony.describe(
                own,
                trust,
                keys,
                legal_mode=standing.legal_mode,
                licence=standing.licence,
                number=1,
                now=now,
            )
            members.put_descriptor(tx, described, ceremony.sign_descriptor(described, org).encode())
            self.log.begin(tx)
            self.log.member_accept(tx, newest.version, newest.digest())
        return newest

    def adopt(self, payload: bytes) -> Consortium:
        """Take the next version; the same again changes nothing.

        Raises:
            CeremonyError: no consortium was adopted before.
            ProtocolError: it does not follow or is not signed by enough.
        """
        with self.db.begin() as tx:
            current = self._current(tx)
            signed = Signed.parse(payload)
            if signed.doc == current.canonical():
                return current
            following = accept_next(current, signed, now=seconds(self.clock.now()))
            members.put_version(tx, following, payload)
            self.log.member_accept(tx, following.version, following.digest())
            return following

    def learn(self, payload: bytes, member_id: MemberId) -> Descriptor:
        """Keep the descriptor of a member; the newest again changes nothing.

        Raises:
            UntrustedError: no such member.
            MalformedError: it is not that member's for this consortium.
            ConflictError: its number is not above that of the newest, and it is another.
        """
        with self.db.begin() as tx:
            directory = self.log.members.directory(tx)
            member = directory.current.member(member_id)
            signed = Signed.parse(payload)
            kept = members.descriptor_document(tx, member_id)
            described = descriptors.accept(signed, member, directory.cs)
            if kept is not None:
                newest = Descriptor.parse(Signed.parse(kept).doc)
                if described == newest:
                    return newest
                if described.number <= newest.number:
                    raise ConflictError("not a newer descriptor")
            members.put_descriptor(tx, described, payload)
            return described

    def _current(self, tx: Tx) -> Consortium:
        if not members.version_documents(tx):
            raise CeremonyError("no consortium was adopted yet")
        return self.log.members.directory(tx).current


def _check_listed(consortium: Consortium, own: Member, org: SigningKey) -> None:
    """Return if the consortium lists this node under its own key and address."""
    if not consortium.is_member(MemberId(own.id)):
        raise CeremonyError("this consortium does not list this node")
    listed = consortium.member(MemberId(own.id))
    if listed.org_key != b64url_encode(org.public.raw) or listed.url != own.url:
        raise CeremonyError("this consortium lists this node with another key or address")
