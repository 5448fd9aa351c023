"""Who calls: the HTTP signature of a peer's request, and ours on the answer (RFC 9421)."""

from dataclasses import dataclass, field

from crypto.ed25519 import SigningKey
from node.clock import Clock, seconds
from node.storage import nonces
from node.storage.database import Database
from node.storage.members import Members
from protocol.errors import UntrustedError
from protocol.http_signature import Request, Response, sign_response, verify_request
from protocol.identifiers import KeyId, MemberId


@dataclass(frozen=True, slots=True)
class Callers:
    """Identifies peers and signs answers to them."""

    db: Database
    clock: Clock
    members: Members
    me: MemberId
    key_id: KeyId
    key: SigningKey = field(repr=False)

    def identify(self, request: Request) -> MemberId:
        """Return the member that signed *request*; its nonce is used up.

        Raises:
            UntrustedError: not signed by a member, not for this node, late, or a replay.
        """
        now = seconds(self.clock.now())
        with self.db.read() as tx:
            directory = self.members.directory(tx)
        signature = verify_request(
            request, me=self.me, keys=lambda key: directory.caller(key, now)[1], now=now
        )
        with self.db.begin() as tx:
            if not nonces.use(tx, signature.key_id, signature.nonce, signature.expires, now=now):
                raise UntrustedError("a nonce that was used before")
        return directory.caller(signature.key_id, now)[0]

    def sign(self, response: Response, request: Request) -> Response:
        """Return *response* with this node's signature over it and the request's."""
        return sign_response(
            response, request, self.key_id, self.key, now=seconds(self.clock.now())
        )
