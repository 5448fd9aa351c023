"""The digest of letters: the evening before, what goes the next working day, and its stop link.

It goes to every operator. Its one link needs no login, since all it can do is stop
what can be put back.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from crypto.encoding import b64url_decode, b64url_encode
from crypto.errors import BadEncodingError
from crypto.hashing import sha256
from crypto.randomness import random_bytes
from node.clock import Clock, seconds
from node.connectors.mail.outgoing import OutgoingMail, OutgoingMailError, TemporaryMailError
from node.domain import business_days
from node.domain.hold import OPENS, is_time_for_digest, midnight
from node.domain.letters import Letter
from node.i18n import LANGUAGES, Language, format_count, format_day, local_day, message, translate
from node.services.errors import NoSuchLinkError
from node.services.letter_message import LetterMessages
from node.services.letters import Letters
from node.storage import dispatches, operators
from node.storage.database import Database
from node.storage.tables.dispatch import Digest
from protocol.identifiers import new_id

STOP_PATH: Final = "/s"  # of the portal; the secret follows

_SUBJECT: Final = message("%(count)s letters go out on %(day)s")
_LINES: Final = (
    message("On %(day)s from %(time)s these letters on results go out: %(count)s"),
    message("To stop all of them, open this page and press its button:"),
)
_AFTER: Final = message("Letters that were stopped can be put back in the console for a day.")


@dataclass(frozen=True, slots=True)
class Digests:
    """Use cases on digests."""

    db: Database
    clock: Clock
    letters: Letters
    messages: LetterMessages
    mail: OutgoingMail = field(repr=False)

    def send_due(self) -> int:
        """Send the digest of the next working day once; return how many operators have it."""
        now = self.clock.now()
        if self.letters.hold == "none" or not is_time_for_digest(now):
            return 0
        day = business_days.after(local_day(now), 1)
        until = seconds(midnight(now) + timedelta(days=(day - local_day(now)).days + 1))
        with self.db.read() as tx:
            if dispatches.digest(tx, day.isoformat()) is not None:
                return 0
            if not dispatches.waiting_until(tx, until):
                return 0
        secret = random_bytes(32)
        with self.db.begin() as tx:
            waiting = dispatches.waiting_until(tx, until)
            tx.add(Digest.new(day=day.isoformat(), link=sha256(secret), letters=waiting))
            receivers = operators.mails(tx)
        sent = self._send(day, waiting, b64url_encode(secret), receivers)
        with self.db.begin() as tx:
            digest = tx.get_one(Digest, day.isoformat())
            if sent:
                digest.sent_at = seconds(now)
            else:
                tx.delete(digest)  # the next tick tries again
        return sent

    def look(self, secret: str) -> tuple[date, int]:
        """Return day and number of letters of the digest that carried a link.

        Raises:
            NoSuchLinkError: none did, or its day is over.
        """
        try:
            link = sha256(b64url_decode(secret))
        except BadEncodingError as error:
            raise NoSuchLinkError("not a link") from error
        with self.db.read() as tx:
            digest = dispatches.digest_by_link(tx, link)
        if digest is None or date.fromisoformat(digest.day) < local_day(self.clock.now()):
            raise NoSuchLinkError("not a link")
        return date.fromisoformat(digest.day), digest.letters

    def stop(self, secret: str) -> int:
        """Stop every letter that has not left, and what goes without a hand; return how many.

        Raises:
            NoSuchLinkError: as :meth:`look`.
        """
        self.look(secret)
        return self.letters.cancel()

    def _send(self, day: date, count: int, secret: str, receivers: list[str]) -> int:
        sent = 0
        text = _text(day, count, f"{self.messages.head.portal_url}{STOP_PATH}/{secret}")
        for receiver in receivers:
            try:
                self.mail.send(self.messages.message(new_id(), "ja", to=receiver, text=text))
            except TemporaryMailError:
                break
            except OutgoingMailError:
                continue
            sent += 1
        return sent


def _text(day: date, count: int, link: str) -> Letter:
    parts = [_part(day, count, link, language) for language in LANGUAGES]
    values = {"count": format_count(count), "day": format_day(day, "ja")}
    return Letter(subject=translate(_SUBJECT, "ja") % values, body="\n\n".join(parts))


def _part(day: date, count: int, link: str, language: Language) -> str:
    values = {
        "count": format_count(count),
        "day": format_day(day, language),
        "time": f"{OPENS:%H:%M}",
    }
    said = [translate(line, language) % values for line in _LINES]
    return "\n".join([*said, link, translate(_AFTER, language)])
