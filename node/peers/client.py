"""Signed requests to the other members, and their answers, verified (PROTOCOL 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crypto.ed25519 import SigningKey, VerifyKey
from crypto.randomness import random_bytes
from node.clock import Clock, seconds
from node.transport import Transport
from protocol.errors import UntrustedError
from protocol.http_signature import Request, Response, sign_request, verify_response
from protocol.identifiers import KeyId, MemberId

PREFIX = "/tasuki/v1"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Peer:
    """One member as this node reaches it."""

    member: MemberId
    url: str  # public base URL, without a slash at the end
    http_keys: Mapping[KeyId, VerifyKey]

    def key(self, key_id: KeyId) -> VerifyKey:
        """Return one of the peer's keys.

        Raises:
            UntrustedError: it has no such key.
        """
        if key_id not in self.http_keys:
            raise UntrustedError("unknown key")
        return self.http_keys[key_id]


@dataclass(frozen=True, slots=True)
class PeerClient:
    """Asks peers; the signing key is this node's `http` key."""

    transport: Transport
    clock: Clock
    key_id: KeyId
    key: SigningKey = field(repr=False)
    timeout: float = 10.0  # seconds

    def read(self, url: str, path: str, *, at_most: float | None = None) -> Response:
        """Return the answer to an unsigned GET of public material, *at_most* seconds later.

        Raises:
            UnreachableError: there is none.
        """
        request = Request(method="GET", target_uri=url + path, headers={}, body=b"")
        timeout = self.timeout if at_most is None else min(self.timeout, at_most)
        return self.transport.send(request, timeout=timeout)

    def write(self, url: str, path: str, body: bytes, content_type: str) -> Response:
        """Return the answer to an unsigned POST whose body proves itself (a checkpoint).

        Raises:
            UnreachableError: there is none.
        """
        headers = {"content-type": content_type}
        request = Request(method="POST", target_uri=url + path, headers=headers, body=body)
        return self.transport.send(request, timeout=self.timeout)

    def ask(self, peer: Peer, path: str) -> Response:
        """Return the peer's signed answer to a signed GET.

        Raises:
            UnreachableError: there is none.
            UntrustedError: it is not signed by that peer.
        """
        return self._signed(peer, Request("GET", peer.url + PREFIX + path, {}, b""))

    def post(self, peer: Peer, path: str, body: bytes) -> Response:
        """Return the peer's signed answer to a signed POST of JSON.

        Raises:
            UnreachableError: there is none.
            UntrustedError: it is not signed by that peer.
        """
        headers = {"content-type": JSON}
        return self._signed(peer, Request("POST", peer.url + PREFIX + path, headers, body))

    def _signed(self, peer: Peer, request: Request) -> Response:
        now = seconds(self.clock.now())
        signed = sign_request(
            request,
            to=peer.member,
            key_id=self.key_id,
            key=self.key,
            now=now,
            nonce=random_bytes(16),
        )
        response = self.transport.send(signed, timeout=self.timeout)
        verify_response(response, signed, peer.key, now=seconds(self.clock.now()))
        return response
