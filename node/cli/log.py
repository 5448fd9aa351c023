"""The verb that prints what an outside monitor needs to follow this node's log."""

from config.settings import load_settings
from node.cli.ceremony import database
from node.cli.errors import CommandError
from node.cli.keys import own_request
from node.cli.options import DEFAULT_SETTINGS, AsJson, SettingsFile
from node.cli.output import show
from node.storage import trees
from node.storage.members import Members


def log(settings: SettingsFile = DEFAULT_SETTINGS, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag of the command line
    """Print the log's origin, verifier key, size and public addresses."""
    configured = load_settings(settings)
    me = own_request(configured).member.id
    with database(configured) as db, db.read() as tx:
        directory = Members().directory(tx)
        if me not in directory.descriptors:
            raise CommandError("this node has no log before it adopts a consortium")
        descriptor = directory.descriptor(me)
        head = trees.head(tx, descriptor.origin)
        size = trees.size(tx, descriptor.origin)
    prefix = f"{configured.node.public_url}/tasuki/v1/log/{descriptor.origin[-4:]}"
    show(
        {
            "origin": descriptor.origin,
            "verifier_key": descriptor.log_verifier().text,
            "witness_key": descriptor.witness_verifier().text,
            "size": size,
            "published_size": head.size if head else 0,
            "checkpoint": f"{prefix}/checkpoint",
            "tiles": f"{prefix}/tile/",
            "entries": f"{prefix}/tile/entries/",
        },
        as_json=as_json,
    )
