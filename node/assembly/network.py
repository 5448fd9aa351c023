"""The log of a node, its peers and its messages, wired."""

from dataclasses import dataclass
from typing import Self

from node.assembly.own import Own
from node.peers.client import PeerClient
from node.services.admissions import Admissions
from node.services.blocks import Blocks
from node.services.callers import Callers
from node.services.deliveries import Deliveries
from node.services.feed import Feed
from node.services.heads import Heads
from node.services.leases import Leases
from node.services.ledger import Ledger
from node.services.log import Log
from node.services.membership import Membership
from node.services.outbox import Outbox
from node.services.pokes import Pokes
from node.services.polling import Polling
from node.services.publication import Publication
from node.services.received import Received
from node.services.start import Start
from node.services.witness import Witness
from node.storage.marker import Marker
from protocol.descriptor import witness_name
from protocol.identifiers import key_id


@dataclass(frozen=True, slots=True)
class Network:
    """Log, peers and messages."""

    log: Log
    client: PeerClient
    callers: Callers
    outbox: Outbox
    received: Received
    feed: Feed
    witness: Witness
    heads: Heads
    publication: Publication
    membership: Membership
    admissions: Admissions
    polling: Polling
    pokes: Pokes
    leases: Leases
    deliveries: Deliveries
    ledger: Ledger
    start: Start

    @classmethod
    def of(cls, own: Own) -> Self:
        """Return the network of a node."""
        db, clock, members, me, keys = own.db, own.outside.clock, own.members, own.me, own.keys
        http_id = key_id("http", keys.http.public.raw)
        marker = Marker(own.settings.node.marker_file)
        log = Log(db, own.vault, clock, members, me, own.origin, keys.log, marker)
        client = PeerClient(own.outside.transport, clock, http_id, keys.http)
        outbox = Outbox(clock, members, me, log, own.document_id, keys.document)
        received = Received(db, clock, members, me, client, outbox)
        feed = _feed(own, log, client, received)
        witness = Witness(db, clock, members, me, log, feed, client)
        heads = Heads(db, members, me, feed, witness)
        publication = Publication(db, members, me, own.origin)
        membership = Membership(db, log, clock)
        blocks = Blocks(own.vault, members)
        pokes = Pokes(db, clock, publication, outbox, client, feed)
        return cls(
            log=log,
            client=client,
            callers=Callers(db, clock, members, me, http_id, keys.http),
            outbox=outbox,
            received=received,
            feed=feed,
            witness=witness,
            heads=heads,
            publication=publication,
            membership=membership,
            admissions=Admissions(db, members, clock, own.settings.node.data_folder / "admissions"),
            polling=Polling(db, members, me, membership, feed, received, publication, heads, pokes),
            pokes=pokes,
            leases=Leases(db, clock, members, own.origin, outbox),
            deliveries=Deliveries(db, clock, members, log, outbox, blocks),
            ledger=Ledger(db, members, me, log),
            start=Start(db, log, publication, witness),
        )


def _feed(own: Own, log: Log, client: PeerClient, received: Received) -> Feed:
    return Feed(
        own.db,
        own.outside.clock,
        own.members,
        own.me,
        log,
        client,
        witness_name=witness_name(own.settings.node.host),
        witness_key=own.keys.witness,
        apply=received.apply,
        on_fork=received.end_all,
    )
