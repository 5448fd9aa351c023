"""Four applications in one process and one loop of sockets, stopped cleanly.

Tuned so that 1,000 idle or slow connections and 64 slow bodies leave the health
page answerable; TLS is the reverse proxy's.
"""

import resource
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from wsgiref.types import WSGIApplication

from waitress import wasyncore
from waitress.server import TcpWSGIServer, create_server

_MAX_HEADER_BYTES = 32 * 1024
_CHANNEL_TIMEOUT_S = 60
_LOOP_TIMEOUT_S = 1.0
_OPEN_FILES = 8192


@dataclass(frozen=True, slots=True)
class Listener:
    """One application at one address; *port* 0 takes a free one.

    *connections* bounds the sockets of all listeners together at which this one
    stops accepting: who must stay answerable gets the largest.
    """

    name: str
    app: WSGIApplication
    host: str
    port: int
    max_body_bytes: int
    threads: int = 4
    connections: int = 1500


@dataclass(frozen=True, slots=True)
class Servers:
    """The open sockets of all applications."""

    _by_name: dict[str, TcpWSGIServer]
    _sockets: dict[int, socket.socket]
    _stopped: threading.Event = field(default_factory=threading.Event)

    def port(self, name: str) -> int:
        """Return the port that the listener *name* has."""
        return int(self._by_name[name].getsockname()[1])

    def serve(self) -> None:
        """Answer requests until :meth:`stop` is called."""
        while not self._stopped.is_set():
            wasyncore.loop(timeout=_LOOP_TIMEOUT_S, use_poll=True, map=self._sockets, count=1)

    def stop(self) -> None:
        """Let :meth:`serve` return; may be called from a signal handler or another thread."""
        self._stopped.set()
        for server in self._by_name.values():
            server.pull_trigger()

    def close(self) -> None:
        """Wait for the running requests, then close every socket."""
        for server in self._by_name.values():
            server.task_dispatcher.shutdown()
        wasyncore.close_all(self._sockets, ignore_all=True)


@contextmanager
def open_servers(listeners: Sequence[Listener]) -> Iterator[Servers]:
    """Give the servers, bound and not yet serving; they are closed at the end.

    Raises:
        OSError: an address is taken or not this machine's.
    """
    _allow_open_files()
    servers = Servers({}, {})
    try:
        for listener in listeners:
            servers._by_name[listener.name] = _bind(listener, servers._sockets)  # noqa: SLF001 - own class
        yield servers
    finally:
        servers.close()


def _bind(listener: Listener, sockets: dict[int, socket.socket]) -> TcpWSGIServer:
    server = create_server(
        listener.app,
        map=sockets,
        host=listener.host,
        port=listener.port,
        threads=listener.threads,
        connection_limit=listener.connections,
        asyncore_use_poll=True,
        channel_timeout=_CHANNEL_TIMEOUT_S,
        max_request_body_size=listener.max_body_bytes,
        max_request_header_size=_MAX_HEADER_BYTES,
        ident="",
        clear_untrusted_proxy_headers=True,
    )
    if not isinstance(server, TcpWSGIServer):
        server.close()
        raise OSError("give one numeric address, not a name with several")
    return server


def _allow_open_files() -> None:
    """Raise the soft limit of open files to what the listeners' connections need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
