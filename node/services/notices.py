"""A webhook of the company's own: how much waits, and where; never a person.

It is told what stands, not what happened: a call that fails is made again with the counts
of then, so nothing queues up. The call is signed as those to peers are (RFC 9421, PROTOCOL
5) with this node's `http` key, addressed to its own member id; who receives it verifies it
with the key in ``/.well-known/tasuki-node``. The signature shows that the node sent it; it
does not hide the counts from who reads the connection.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from crypto.ed25519 import SigningKey
from crypto.randomness import random_bytes
from node.clock import Clock, seconds
from node.storage import notices
from node.storage.database import Database
from node.transport import Transport, UnreachableError
from protocol.http_signature import Request, sign_request
from protocol.identifiers import KeyId, MemberId

REST_S: Final = 60  # between two calls
LONGEST_REST_S: Final = 3600
TIMEOUT_S: Final = 10.0

log = logging.getLogger(__name__)

# What is counted → the page of the console where it is dealt with.
PLACES: Final[Mapping[str, str]] = {
    "letters_to_confirm": "/letters",
    "letters_unknown": "/letters",
    "rows_to_review": "/reviews",
    "introductions_to_contact": "/introductions",
}


@dataclass(frozen=True, slots=True)
class Notices:
    """Tells the webhook at *url*; *console_url* is where the company reaches its console."""

    db: Database
    clock: Clock
    transport: Transport
    me: MemberId
    key_id: KeyId
    key: SigningKey = field(repr=False)
    counts: Callable[[], Mapping[str, int]]
    url: str
    console_url: str

    def tell_due(self) -> bool:
        """Call the webhook if what waits has changed; tell whether it was called."""
        now = seconds(self.clock.now())
        counts = dict(sorted(self.counts().items()))
        with self.db.read() as tx:
            last = notices.last(tx)
        if json.loads(last.told) == counts or now < last.next_try:
            return False
        number = last.number + 1
        is_taken = self._call(number, counts, now)
        with self.db.begin() as tx:
            row = notices.last(tx)
            row.number = number
            row.tries = 0 if is_taken else row.tries + 1
            row.next_try = now + min(REST_S << min(row.tries, 6), LONGEST_REST_S)
            if is_taken:
                row.told = json.dumps(counts)
            notices.put(tx, row)
        return True

    def _call(self, number: int, counts: Mapping[str, int], now: int) -> bool:
        waiting = [name for name in counts if counts[name]]
        body = json.dumps(
            {
                "v": 1,
                "id": number,
                "member": self.me,
                "sent": now,
                # The member of the name that Slack-compatible chats show.
                "text": "Tasuki: "
                + (", ".join(f"{name} {counts[name]}" for name in waiting) or "0"),
                "counts": counts,
                "links": {name: self.console_url + PLACES[name] for name in waiting},
            }
        ).encode()
        request = Request("POST", self.url, {"content-type": "application/json"}, body)
        signed = sign_request(
            request, to=self.me, key_id=self.key_id, key=self.key, now=now, nonce=random_bytes(16)
        )
        try:
            answer = self.transport.send(signed, timeout=TIMEOUT_S)
        except UnreachableError:
            log.info("webhook not reached", extra={"number": number})
            return False
        if not answer.is_ok:
            log.info("webhook refused", extra={"number": number, "status": answer.status})
        return answer.is_ok
