"""Settings and keys in, one wired node out."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from config.settings import Settings
from node.assembly.hiring import Hiring
from node.assembly.importing import Importing
from node.assembly.network import Network
from node.assembly.own import Outside, Own
from node.assembly.people import People
from node.assembly.reading import Reading
from node.assembly.words import read_vocabulary
from node.services.bundles import Bundles
from node.services.counters import Counters
from node.services.courier import Courier
from node.services.inbox import Inbox
from node.storage.database import Tx, open_database
from node.storage.keyfiles import NodeKeys
from node.storage.members import Members
from node.storage.tables.envelope import Outgoing
from node.storage.vault import Vault
from protocol.descriptor import log_origin
from protocol.identifiers import MemberId


@dataclass(frozen=True, slots=True)
class Node:
    """One company's running node."""

    own: Own
    network: Network
    people: People
    hiring: Hiring
    importing: Importing
    reading: Reading
    inbox: Inbox
    courier: Courier
    bundles: Bundles
    counters: Callable[[], Mapping[str, int]]


@contextmanager
def assemble(settings: Settings, keys: NodeKeys, me: MemberId, outside: Outside) -> Iterator[Node]:
    """Give the node of *settings*, wired; its database is closed at the end."""
    db = open_database(settings.database_url)
    try:
        own = Own(
            settings=settings,
            keys=keys,
            outside=outside,
            me=me,
            origin=log_origin(settings.node.host),
            db=db,
            vault=Vault(keys.vault, keys.blind_index),
            members=Members(),
            vocabulary=read_vocabulary(),
        )
        network = Network.of(own)
        people = People.of(own, network)
        hiring = Hiring.of(own, network)
        yield Node(
            own=own,
            network=network,
            people=people,
            hiring=hiring,
            importing=Importing.of(own, people),
            reading=Reading.of(own, people),
            inbox=_inbox(own, network, people, hiring),
            courier=_courier(own, network, people, hiring),
            bundles=Bundles(
                db,
                outside.clock,
                own.members,
                me,
                network.log,
                network.ledger,
                network.start,
                keys.document,
            ),
            counters=Counters(db, own.members, own.origin).read,
        )
    finally:
        db.close()


def _inbox(own: Own, network: Network, people: People, hiring: Hiring) -> Inbox:
    return Inbox(
        own.db,
        own.outside.clock,
        own.members,
        own.me,
        network.outbox,
        network.feed,
        network.received,
        people.disclosures,
        people.reveals,
        hiring.matches,
        hiring.referrals,
        people.withdrawals,
    )


def _courier(own: Own, network: Network, people: People, hiring: Hiring) -> Courier:
    told: tuple[Callable[[Tx, Outgoing, str], None], ...] = (
        people.disclosures.on_problem,
        hiring.matches.on_problem,
        hiring.referrals.on_end,
    )

    def on_end(tx: Tx, row: Outgoing, why: str) -> None:
        for tell in told:
            tell(tx, row, why)

    return Courier(
        own.db, own.outside.clock, own.members, network.log, network.client, network.feed, on_end
    )
