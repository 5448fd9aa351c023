"""The assembled node for a verb that needs its keys and use cases, without serving."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.settings import load_settings
from node.assembly.node import Node
from node.cli.keys import node_keys, own_request
from node.cli.passphrase import need_passphrase
from node.cli.serve import opened
from protocol.identifiers import MemberId


@contextmanager
def assembled(settings: Path, passphrase_file: Path | None) -> Iterator[Node]:
    """Give the node of a settings file.

    Raises:
        CommandError: nobody gives the passphrase, or the node was never made.
        KeyFileError: a key file is missing, open to others or does not open.
    """
    configured = load_settings(settings)
    me = MemberId(own_request(configured).member.id)
    keys = node_keys(configured, need_passphrase(passphrase_file))
    with opened(configured, keys, me) as node:
        yield node
