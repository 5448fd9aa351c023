"""The assembled node, for serving it or for a verb that needs its keys and use cases."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.log import configure
from config.settings import Settings, load_settings
from node.assembly.mailing import mail_way, returned_mail
from node.assembly.node import Node, assemble
from node.assembly.own import Outside
from node.cli.ceremony import database
from node.cli.errors import CommandError
from node.cli.keys import node_keys, own_request
from node.cli.passphrase import need_passphrase
from node.clock import SystemClock
from node.storage.members import version_documents
from node.storage.schema import is_current
from node.transport import HttpTransport
from protocol.identifiers import MemberId


@contextmanager
def assembled(settings: Path, passphrase_file: Path | None) -> Iterator[Node]:
    """Give the node of a settings file.

    Raises:
        SettingsError: the file must not be used.
        CommandError: the keys stay sealed, or the node is not ready.
        KeyFileError: a key file is missing, open to others or does not open.
    """
    configured = load_settings(settings)
    configure(configured.log.level)
    check_ready(configured)
    with assemble_from(configured, need_passphrase(passphrase_file)) as node:
        yield node


@contextmanager
def assemble_from(settings: Settings, passphrase: str) -> Iterator[Node]:
    """Give the node of *settings* over the real clock, network and mail server.

    Raises:
        KeyFileError: a key file is missing, open to others or does not open.
    """
    clock = SystemClock()
    outside = Outside(
        clock=clock,
        transport=HttpTransport(settings.peers.allow_private),
        mail=mail_way(settings, clock),
        returned=returned_mail(settings, clock),
    )
    keys = node_keys(settings, passphrase)
    with assemble(settings, keys, MemberId(own_request(settings).member.id), outside) as node:
        yield node


def check_ready(settings: Settings) -> None:
    """Return if the node can be assembled.

    Raises:
        CommandError: it made no request yet, the schema is old, or no consortium was adopted.
    """
    own_request(settings)
    with database(settings) as db:
        if not is_current(db):
            raise CommandError("the schema is not the newest: run db upgrade")
        with db.read() as tx:
            if not version_documents(tx):
                raise CommandError("no consortium was adopted yet: consortium adopt, or join")
