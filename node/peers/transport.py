"""HTTP to a peer over an address that was looked up once, checked and pinned (T14).

No redirect is followed and no proxy of the environment is used; the size of an answer
is bounded before it is read.
"""

import ipaddress
import socket
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

import urllib3

from protocol.http_signature import Request, Response

MAX_ANSWER_BYTES = 8 * 2**20
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")


class UnreachableError(Exception):
    """The peer did not answer, or must not be asked at that address."""


class Transport(Protocol):
    """What carries a request to a peer and its answer back."""

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
        if ip in _NAT64 or ip in _SIX_TO_FOUR:
            return False
    return ip.is_global and not ip.is_multicast


@dataclass(frozen=True, slots=True)
class HttpTransport:
    """The real network, by urllib3."""

    allow_private: bool
    _pools: dict[tuple[str, str, int], urllib3.HTTPConnectionPool] = field(default_factory=dict)

    def send(self, request: Request, *, timeout: float) -> Response:
        """Return the answer.

        Raises:
            UnreachableError: no connection, no answer in time, too large an answer, or an
                address that is not allowed.
        """
        parts = urlsplit(request.target_uri)
        headers = {**request.headers, "host": parts.netloc}
        try:
            pool = self._pool(parts.scheme, parts.hostname or "", parts.port)
            answer = pool.urlopen(
                request.method,
                parts.path,
                body=request.body or None,
                headers=headers,
                timeout=urllib3.Timeout(total=timeout),
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            try:
                body = answer.read(MAX_ANSWER_BYTES + 1)
                if len(body) <= MAX_ANSWER_BYTES:
                    answer.drain_conn()
            finally:
                answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise UnreachableError(type(error).__name__) from None
        if len(body) > MAX_ANSWER_BYTES:
            raise UnreachableError("the answer is too large")
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=answer.status, headers=found, body=body)

    def _pool(self, scheme: str, host: str, port: int | None) -> urllib3.HTTPConnectionPool:
        number = port or (443 if scheme == "https" else 80)
        key = (scheme, host, number)
        if key not in self._pools:
            address = self._resolve(host, number)
            if scheme == "https":
                self._pools[key] = urllib3.HTTPSConnectionPool(
                    address, number, server_hostname=host, assert_hostname=host, maxsize=4
                )
            else:
                self._pools[key] = urllib3.HTTPConnectionPool(address, number, maxsize=4)
        return self._pools[key]

    def _resolve(self, host: str, port: int) -> str:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        address = str(found[0][4][0])
        if not self.allow_private and not is_public(address):
            raise UnreachableError("a private address is not allowed")
        return address
