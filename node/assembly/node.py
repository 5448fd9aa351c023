"""Settings and keys in, one wired node out."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from config.settings import Settings
from node.assembly.words import letter_head, letter_templates, read_vocabulary
from node.clock import Clock
from node.connectors.mail.outgoing import OutgoingMail
from node.domain.vocabulary import Vocabulary
from node.peers.client import PeerClient
from node.peers.transport import Transport
from node.services.admissions import Admissions
from node.services.answers import Answers
from node.services.applicants import Applicants
from node.services.blocks import Blocks
from node.services.bundles import Bundles
from node.services.callers import Callers
from node.services.consents import Consents
from node.services.counters import Counters
from node.services.courier import Courier
from node.services.deliveries import Deliveries
from node.services.disclosures import Disclosures
from node.services.feed import Feed
from node.services.heads import Heads
from node.services.holds import Holds
from node.services.identities import Identities
from node.services.inbox import Inbox
from node.services.intake import Intake
from node.services.introductions import Introductions
from node.services.leases import Leases
from node.services.ledger import Ledger
from node.services.letter_message import LetterMessages
from node.services.letters import Letters
from node.services.links import Links
from node.services.log import Log
from node.services.matches import Matches
from node.services.membership import Membership
from node.services.offers import Offers
from node.services.openings import Openings
from node.services.operators import Operators
from node.services.outbox import Outbox
from node.services.pokes import Pokes
from node.services.polling import Polling
from node.services.proposals import Proposals
from node.services.publication import Publication
from node.services.receipts import Receipts
from node.services.received import Received
from node.services.referrals import Referrals
from node.services.reveals import Reveals
from node.services.search import Search
from node.services.start import Start
from node.services.tokens import Tokens
from node.services.withdrawals import Withdrawals
from node.services.witness import Witness
from node.storage.database import Database, Tx, open_database
from node.storage.error_files import ErrorFiles
from node.storage.keyfiles import NodeKeys
from node.storage.marker import Marker
from node.storage.members import Members
from node.storage.tables.envelope import Outgoing
from node.storage.vault import Vault
from protocol.descriptor import log_origin, witness_name
from protocol.identifiers import MemberId, Origin, key_id


@dataclass(frozen=True, slots=True)
class Outside:
    """What a node reaches the world by; tests bring their own."""

    clock: Clock
    transport: Transport
    mail: OutgoingMail


@dataclass(frozen=True, slots=True)
class Own:
    """What every part of a node needs to know of the node itself."""

    settings: Settings
    keys: NodeKeys
    outside: Outside
    me: MemberId
    origin: Origin
    db: Database
    vault: Vault
    members: Members
    vocabulary: Vocabulary


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
    publication: Publication
    membership: Membership
    admissions: Admissions
    polling: Polling
    pokes: Pokes
    leases: Leases
    deliveries: Deliveries
    ledger: Ledger
    start: Start


@dataclass(frozen=True, slots=True)
class People:
    """Applicants, letters, consents and what is asked of them."""

    operators: Operators
    applicants: Applicants
    intake: Intake
    links: Links
    letters: Letters
    blocks: Blocks
    tokens: Tokens
    withdrawals: Withdrawals
    consents: Consents
    offers: Offers
    receipts: Receipts
    disclosures: Disclosures
    answers: Answers
    reveals: Reveals


@dataclass(frozen=True, slots=True)
class Hiring:
    """The company's own openings and what the relay brings for them."""

    openings: Openings
    search: Search
    proposals: Proposals
    matches: Matches
    introductions: Introductions
    referrals: Referrals


@dataclass(frozen=True, slots=True)
class Node:
    """One company's running node."""

    own: Own
    network: Network
    people: People
    hiring: Hiring
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
        network = _network(own)
        people = _people(own, network)
        hiring = _hiring(own, network)
        yield Node(
            own=own,
            network=network,
            people=people,
            hiring=hiring,
            inbox=_inbox(own, network, people, hiring),
            courier=_courier(own, network, people, hiring),
            bundles=Bundles(
                db, outside.clock, own.members, me, network.log, network.ledger, keys.document
            ),
            counters=Counters(db, own.members, own.origin).read,
        )
    finally:
        db.close()


def _network(own: Own) -> Network:
    clock, keys = own.outside.clock, own.keys
    http_id = key_id("http", keys.http.public.raw)
    log = Log(
        own.db,
        own.vault,
        clock,
        own.members,
        own.me,
        own.origin,
        keys.log,
        Marker(own.settings.node.marker_file),
    )
    client = PeerClient(own.outside.transport, clock, http_id, keys.http)
    outbox = Outbox(
        clock,
        own.members,
        own.me,
        log,
        key_id("document", keys.document.public.raw),
        keys.document,
    )
    received = Received(own.db, clock, own.members, own.me, client, outbox)
    feed = Feed(
        own.db,
        clock,
        own.members,
        own.me,
        log,
        client,
        witness_name=witness_name(own.settings.node.host),
        witness_key=keys.witness,
        apply=received.apply,
        on_fork=received.end_all,
    )
    witness = Witness(own.db, clock, own.members, own.me, log, feed, client)
    publication = Publication(own.db, own.members, own.me, own.origin)
    membership = Membership(own.db, log, clock)
    return Network(
        log=log,
        client=client,
        callers=Callers(own.db, clock, own.members, own.me, http_id, keys.http),
        outbox=outbox,
        received=received,
        feed=feed,
        witness=witness,
        publication=publication,
        membership=membership,
        admissions=Admissions(
            own.db, own.members, clock, own.settings.node.data_folder / "admissions"
        ),
        polling=Polling(own.db, own.members, own.me, membership, feed, received, publication),
        pokes=Pokes(own.db, clock, publication, outbox, client, feed),
        leases=Leases(own.db, clock, own.members, own.origin, outbox),
        deliveries=Deliveries(
            own.db, clock, own.members, log, outbox, Blocks(own.vault, own.members)
        ),
        ledger=Ledger(own.db, own.members, own.me, log),
        start=Start(own.db, log, publication, witness),
    )


def _people(own: Own, network: Network) -> People:
    clock, db = own.outside.clock, own.db
    document_id = key_id("document", own.keys.document.public.raw)
    portal_url = own.settings.node.portal_url
    links = Links(db, clock, own.vault)
    blocks = Blocks(own.vault, own.members)
    offers = Offers(db, clock, own.members, own.me, links, blocks)
    identities = Identities(own.vault)
    messages = LetterMessages(
        clock, links, own.members, letter_head(own.settings), letter_templates()
    )
    letters = Letters(db, clock, identities, messages, own.outside.mail, own.settings.mail.template)
    disclosures = Disclosures(
        db, clock, own.members, own.me, network.ledger, network.outbox, blocks, letters.ask
    )
    tokens = Tokens(db, clock, own.members, own.me, network.log, blocks)
    withdrawals = Withdrawals(db, clock, own.members, network.log, tokens, disclosures.end_all)
    applicants = Applicants(
        db,
        clock,
        own.vault,
        identities,
        blocks,
        own.settings.privacy.retention,
        withdrawals.renew,
    )
    return People(
        operators=Operators(db, clock),
        applicants=applicants,
        intake=Intake(
            db,
            clock,
            own.vault,
            applicants,
            own.vocabulary,
            ErrorFiles(own.settings.node.data_folder / "errors"),
        ),
        links=links,
        letters=letters,
        blocks=blocks,
        tokens=tokens,
        withdrawals=withdrawals,
        consents=Consents(
            db,
            clock,
            own.vault,
            own.members,
            own.me,
            network.log,
            blocks,
            withdrawals,
            links,
            offers,
            letters.tell,
            portal_url,
            document_id,
            own.keys.document,
        ),
        offers=offers,
        receipts=Receipts(db, own.members, own.me, network.publication, network.outbox),
        disclosures=disclosures,
        answers=Answers(
            db,
            clock,
            own.vault,
            own.members,
            own.me,
            network.log,
            blocks,
            disclosures,
            withdrawals,
            identities,
            letters.tell,
            document_id,
            own.keys.document,
        ),
        reveals=Reveals(
            db,
            clock,
            own.vault,
            own.members,
            own.me,
            network.ledger,
            Heads(db, own.members, own.me, network.feed, network.witness),
            disclosures,
        ),
    )


def _hiring(own: Own, network: Network) -> Hiring:
    clock, db = own.outside.clock, own.db
    search = Search(db, clock, own.members, own.me)
    holds = Holds(network.log, network.ledger)
    return Hiring(
        openings=Openings(db, clock, own.members, own.me),
        search=search,
        proposals=Proposals(db, clock, own.members, own.me, search, holds, network.outbox),
        matches=Matches(
            db, clock, own.vault, own.members, own.me, own.origin, holds, network.outbox
        ),
        introductions=Introductions(db, clock, own.vault, own.members, network.outbox),
        referrals=Referrals(
            db, clock, own.members, own.me, network.log, network.ledger, network.outbox
        ),
    )


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
