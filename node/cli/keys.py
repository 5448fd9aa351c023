"""Where the command line finds a node's keys and its own request for membership."""

from pathlib import Path

from config.settings import Settings
from crypto.ed25519 import SigningKey
from node.cli.errors import CommandError
from node.storage.keyfiles import NodeKeys, read_key, read_node_keys
from protocol.admission import AdmissionRequest, open_request


def keys_folder(settings: Settings) -> Path:
    """Return the folder of the running node's keys."""
    return settings.node.data_folder / "keys"


def offline_folder(settings: Settings, given: Path | None) -> Path:
    """Return the folder of the keys that belong off this machine."""
    return given or settings.node.data_folder / "offline"


def request_file(settings: Settings) -> Path:
    """Return the file with this node's own, signed request; it names the member id."""
    return settings.node.data_folder / "request.json"


def node_keys(settings: Settings, passphrase: str) -> NodeKeys:
    """Return the running node's keys.

    Raises:
        KeyFileError: a file is missing, open to others or does not open.
    """
    return read_node_keys(keys_folder(settings), passphrase)


def offline_key(
    settings: Settings, folder: Path | None, purpose: str, passphrase: str
) -> SigningKey:
    """Return the key of *purpose*, ``org`` or ``board``.

    Raises:
        KeyFileError: as above; it may lie elsewhere: ``--offline`` says where.
    """
    return SigningKey(read_key(offline_folder(settings, folder), purpose, passphrase))


def own_request(settings: Settings) -> AdmissionRequest:
    """Return this node's own request.

    Raises:
        CommandError: there is none yet.
        ProtocolError: it was altered.
    """
    path = request_file(settings)
    if not path.is_file():
        raise CommandError("this node has no request for membership: init --founder, or join")
    return open_request(path.read_bytes())
