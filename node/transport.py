"""HTTP to the outside over an address that was looked up once, checked and pinned (T14).

No redirect is followed and no proxy of the environment is used; the size of an answer
is bounded before it is read. The time of an answer is bounded as a whole: what the
library calls a timeout begins anew with every byte that a slow server sends.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol, Self
from urllib.parse import SplitResult, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from protocol.http_signature import Request, Response

MAX_ANSWER_BYTES = 8 * 2**20
# Global unicast; outside of it lie the many forms that wrap an address of IPv4.
_UNICAST = ipaddress.ip_network("2000::/3")
# What the library of this Python does not know, or calls global: 6to4 and its relays,
# protocol assignments, documentation.
_RESERVED = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "192.88.99.0/24", "2002::/16", "3fff::/20")
)


class UnreachableError(Exception):
    """Nobody answered, or must not be asked at that address."""


class Transport(Protocol):
    """What carries a request out and its answer back."""

    def send(self, request: Request, *, timeout: float) -> Response:
        """Return the answer.

        Raises:
            UnreachableError: there is none within *timeout* seconds.
        """
        ...


def is_public(address: str) -> bool:
    """Tell whether *address* is one of the open internet, also where it wraps another."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip not in _UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in _RESERVED)


class _Watch:
    """Cuts the connection that a thread uses once its time is over."""

    _of_thread = threading.local()

    def __init__(self, timeout: float) -> None:
        """Begin to count, for the requests of this thread."""
        self._is_over = threading.Event()
        self._connection: HTTPConnection | None = None
        self._timer = threading.Timer(timeout, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Start the time."""
        self._of_thread.watch = self
        self._timer.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Stop it."""
        self._timer.cancel()
        self._of_thread.watch = None

    @classmethod
    def see(cls, connection: HTTPConnection) -> None:
        """Note the connection that this thread is about to use."""
        watch: _Watch | None = getattr(cls._of_thread, "watch", None)
        if watch is not None:
            watch._connection = connection  # noqa: SLF001 - own class

    def check(self) -> None:
        """Return while there is time.

        Raises:
            TimeoutError: there is none left.
        """
        if self._is_over.is_set():
            raise TimeoutError

    def _cut(self) -> None:
        self._is_over.set()
        sock = None if self._connection is None else self._connection.sock
        if sock is not None:
            with suppress(OSError):
                # Of the plain socket: the one of TLS would drop its state under the reader.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _WatchedHttp(HTTPConnection):
    """A connection that its thread's watch can cut."""

    def connect(self) -> None:
        _Watch.see(self)
        super().connect()

    def putrequest(
        self,
        method: str,
        url: str,
        skip_host: bool = False,  # noqa: FBT001, FBT002 - the library's own parameters
        skip_accept_encoding: bool = False,  # noqa: FBT001, FBT002 - as above
    ) -> None:
        _Watch.see(self)
        super().putrequest(method, url, skip_host, skip_accept_encoding)


class _WatchedHttps(_WatchedHttp, HTTPSConnection):
    """The same over TLS."""


def look_up(host: str, port: int) -> str:
    """Return the first address that the resolver of the system knows.

    Raises:
        OSError: it knows none.
    """
    return str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])


@dataclass(frozen=True, slots=True)
class HttpTransport:
    """The real network, by urllib3; a name is resolved by *look_up*."""

    allow_private: bool
    look_up: Callable[[str, int], str] = look_up
    _pools: dict[tuple[str, str, int], urllib3.HTTPConnectionPool] = field(default_factory=dict)

    def send(self, request: Request, *, timeout: float) -> Response:
        """Return the answer.

        Raises:
            UnreachableError: no connection, no answer in time, too large an answer, or an
                address that is not allowed.
        """
        try:
            parts = urlsplit(request.target_uri)
            place = _place(parts)
        except ValueError:
            raise UnreachableError("not an address") from None
        headers = {**request.headers, "host": parts.netloc}
        try:
            with _Watch(timeout) as watch:
                pool = self._pool(*place)
                answer = pool.urlopen(
                    request.method,
                    f"{parts.path}?{parts.query}" if parts.query else parts.path,
                    body=request.body or None,
                    headers=headers,
                    timeout=urllib3.Timeout(total=timeout),
                    retries=False,
                    redirect=False,
                    preload_content=False,
                    decode_content=False,
                )
                body = _read(answer, watch)
        except (urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
            # The host may have moved: its name is looked up again next time.
            self._pools.pop(place, None)
            raise UnreachableError(type(error).__name__) from None
        if len(body) > MAX_ANSWER_BYTES:
            raise UnreachableError("the answer is too large")
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=answer.status, headers=found, body=body)

    def _pool(self, scheme: str, host: str, number: int) -> urllib3.HTTPConnectionPool:
        key = (scheme, host, number)
        if key not in self._pools:
            address = self._resolve(host, number)
            pool: urllib3.HTTPConnectionPool
            if scheme == "https":
                pool = urllib3.HTTPSConnectionPool(
                    address, number, server_hostname=host, assert_hostname=host, maxsize=4
                )
                pool.ConnectionCls = _WatchedHttps
            else:
                pool = urllib3.HTTPConnectionPool(address, number, maxsize=4)
                pool.ConnectionCls = _WatchedHttp
            self._pools[key] = pool
        return self._pools[key]

    def _resolve(self, host: str, port: int) -> str:
        address = self.look_up(host, port)
        if not self.allow_private and not is_public(address):
            raise UnreachableError("a private address is not allowed")
        return address


def _place(parts: SplitResult) -> tuple[str, str, int]:
    """Return scheme, host and port of an address."""
    return (
        parts.scheme,
        parts.hostname or "",
        parts.port or (443 if parts.scheme == "https" else 80),
    )


def _read(answer: urllib3.BaseHTTPResponse, watch: _Watch) -> bytes:
    """Return the content, cut off behind the most that is taken."""
    body = bytearray()
    try:
        while len(body) <= MAX_ANSWER_BYTES:
            watch.check()
            part = answer.read1(MAX_ANSWER_BYTES + 1 - len(body))
            if not part:
                # A connection that was cut looks like the end of an answer without a length.
                watch.check()
                answer.release_conn()
                return bytes(body)
            body += part
    except BaseException:
        answer.close()
        raise
    # What follows would be read as the answer to the next request.
    answer.close()
    return bytes(body)
