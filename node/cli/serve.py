"""The verb that runs the node: four addresses and the ticker in one process."""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from config.log import configure
from config.settings import Settings, load_settings
from node.assembly.apps import listeners
from node.assembly.ticker import jobs
from node.cli.assembled import assemble_from, check_ready
from node.cli.errors import CommandError
from node.cli.options import DEFAULT_SETTINGS, PassphraseFile, SettingsFile
from node.cli.passphrase import read_passphrase
from node.jobs.schedule import ticking
from node.web.ops import app as ops
from node.web.server import Listener, Servers, open_servers

log = logging.getLogger(__name__)


def serve(
    settings: SettingsFile = DEFAULT_SETTINGS, passphrase_file: PassphraseFile = None
) -> None:
    """Run the node until it is told to stop; without a passphrase only ops answers."""
    configured = load_settings(settings)
    configure(configured.log.level)
    check_ready(configured)
    passphrase = read_passphrase(passphrase_file)
    if passphrase is None:
        log.warning("sealed: no passphrase was given")
        with _bound((_sealed(configured),)) as servers:
            servers.serve()
        return
    with assemble_from(configured, passphrase) as node:
        node.network.start.check_marker()
        lock = configured.node.data_folder / "ticker.lock"
        wanted = listeners(node)
        # Answering before ticking: the peers are asked at once, and ask back.
        with (
            _bound(wanted) as servers,
            ticking(jobs(node, servers.stop), lock) as is_ticking,
        ):
            addresses = {one.name: f"{one.host}:{one.port}" for one in wanted}
            log.info("serving", extra={"member": node.own.me, "ticks": is_ticking} | addresses)
            servers.serve()
        log.info("stopped")


@contextmanager
def _bound(wanted: tuple[Listener, ...]) -> Iterator[Servers]:
    """Give the servers, stopped by the signals that end a process."""
    try:
        with open_servers(wanted) as servers:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda _number, _frame: servers.stop())
            yield servers
    except OSError as error:
        raise CommandError(f"cannot listen: {error.strerror}") from error


def _sealed(configured: Settings) -> Listener:
    """Return what answers while the keys are closed: alive, and not ready."""
    bind = configured.listen.ops
    app = ops.create_app(lambda: "the passphrase", dict)
    return Listener("ops", app, bind.host, bind.port, ops.MAX_BODY_BYTES)
