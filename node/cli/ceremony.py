"""The parts of a node that a verb of the ceremony needs, without starting the node."""

from collections.abc import Iterator
from contextlib import contextmanager

from config.settings import Settings
from node.cli.keys import own_request
from node.clock import SystemClock
from node.services.admissions import Admissions
from node.services.ceremony import Company
from node.services.log import Log
from node.services.membership import Membership
from node.storage.database import Database, open_database
from node.storage.keyfiles import NodeKeys
from node.storage.marker import Marker
from node.storage.members import Members
from node.storage.vault import Vault
from protocol.descriptor import log_origin
from protocol.identifiers import MemberId


@contextmanager
def database(settings: Settings) -> Iterator[Database]:
    """Give the node's database, and close it."""
    db = open_database(settings.database_url)
    try:
        yield db
    finally:
        db.close()


def admissions(settings: Settings, db: Database) -> Admissions:
    """Return the use cases on newcomers."""
    return Admissions(db, Members(), SystemClock(), settings.node.data_folder / "admissions")


def membership(settings: Settings, db: Database, keys: NodeKeys) -> Membership:
    """Return the use cases on the membership; they append to the node's log."""
    clock = SystemClock()
    log = Log(
        db=db,
        vault=Vault(keys.vault, keys.blind_index),
        clock=clock,
        members=Members(),
        me=MemberId(own_request(settings).member.id),
        origin=log_origin(settings.node.host),
        key=keys.log,
        marker=Marker(settings.node.marker_file),
    )
    return Membership(db, log, clock)


def company(settings: Settings) -> Company:
    """Return what the settings say of the company."""
    section = settings.company
    return Company(
        name_ja=section.name_ja,
        name_en=section.name_en,
        corporate_number=section.corporate_number,
        group=section.group,
        address=section.address,
        representative=section.representative,
        country=section.country,
        url=settings.node.public_url,
    )
