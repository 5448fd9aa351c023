"""The daily digest: the letters of the next working day with a stop link, and what folders brought.

It goes to every operator in the evening, where there is something to tell. Its one link
needs no login, since all it can do is stop what can be put back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
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
from node.services.folder_report import FolderReport, FolderResult
from node.services.letter_message import LetterMessages
from node.services.letters import Letters
from node.storage import dispatches, operators
from node.storage.database import Database
from node.storage.tables.dispatch import Digest
from protocol.identifiers import new_id

STOP_PATH: Final = "/s"  # of the portal; the secret follows

_LONGEST: Final = timedelta(days=31)  # that a digest looks back on the folders, holidays and all
_SUBJECT: Final = message("%(count)s letters go out on %(day)s")
_OF_FILES: Final = message("What the watched folders brought")
_LINES: Final = (
    message("On %(day)s from %(time)s these letters on results go out: %(count)s"),
    message("To stop all of them, open this page and press its button:"),
)
_AFTER: Final = message("Letters that were stopped can be put back in the console for a day.")
_FOLDERS: Final = message("Files of the sources that have a watched folder:")
_FOLDER: Final = message(
    "%(source)s: %(files)s taken in (new %(added)s, updated %(updated)s, rows left out "
    "%(left_out)s). %(refused)s not taken in."
)
_REFUSED: Final = message("What to do about the others is said in the console, under Import.")


@dataclass(frozen=True, slots=True)
class _News:
    """What one digest tells."""

    day: date
    letters: int
    folders: Sequence[FolderResult]


@dataclass(frozen=True, slots=True)
class Digests:
    """Use cases on digests."""

    db: Database
    clock: Clock
    letters: Letters
    messages: LetterMessages
    folders: FolderReport
    mail: OutgoingMail = field(repr=False)

    def send_due(self) -> int:
        """Send the digest of the next working day once; return how many operators have it.

        One that told of files alone is followed by another when letters come to wait.
        """
        now = self.clock.now()
        if not is_time_for_digest(now):
            return 0
        news = self._news(now)
        if news is None:
            return 0
        secret, day = random_bytes(32), news.day.isoformat()
        with self.db.begin() as tx:
            if (before := dispatches.digest(tx, day)) is not None:
                tx.delete(before)
                tx.flush()
            tx.add(Digest.new(day=day, link=sha256(secret), letters=news.letters))
            receivers = operators.mails(tx)
        sent = self._send(news, b64url_encode(secret), receivers)
        with self.db.begin() as tx:
            digest = tx.get_one(Digest, day)
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

    def _news(self, now: datetime) -> _News | None:
        """Return what is to be told, None where that is nothing or was told already."""
        today = local_day(now)
        day = business_days.after(today, 1)
        until = seconds(midnight(now) + timedelta(days=(day - today).days + 1))
        with self.db.read() as tx:
            waiting = 0 if self.letters.hold == "none" else dispatches.waiting_until(tx, until)
            letters = min(waiting, self.letters.sending.daily_limit)
            before = dispatches.digest(tx, day.isoformat())
            # One without its time was cut off while it was sent: better twice than never.
            is_told = before is not None and before.sent_at is not None
            if before is not None and is_told and (before.letters or not letters):
                return None
            last = dispatches.last_digest(tx) or 0
        since = max(last, seconds(now - _LONGEST))
        folders = self.folders.between(since, seconds(now))
        return _News(day, letters, folders) if letters or folders else None

    def _send(self, news: _News, secret: str, receivers: list[str]) -> int:
        sent = 0
        text = _text(news, f"{self.messages.head.portal_url}{STOP_PATH}/{secret}")
        for receiver in receivers:
            try:
                self.mail.send(self.messages.message(new_id(), "ja", to=receiver, text=text))
            except TemporaryMailError:
                break
            except OutgoingMailError:
                continue
            sent += 1
        return sent


def _text(news: _News, link: str) -> Letter:
    values = {"count": format_count(news.letters), "day": format_day(news.day, "ja")}
    subject = translate(_SUBJECT if news.letters else _OF_FILES, "ja") % values
    parts = [part for language in LANGUAGES for part in _parts(news, link, language)]
    return Letter(subject=subject, body="\n\n".join(parts))


def _parts(news: _News, link: str, language: Language) -> Iterator[str]:
    if news.letters:
        values = {
            "count": format_count(news.letters),
            "day": format_day(news.day, language),
            "time": f"{OPENS:%H:%M}",
        }
        said = [translate(line, language) % values for line in _LINES]
        yield "\n".join([*said, link, translate(_AFTER, language)])
    if news.folders:
        lines = [_line(result, language) for result in news.folders]
        if any(result.refused for result in news.folders):
            lines.append(translate(_REFUSED, language))
        yield "\n".join([translate(_FOLDERS, language), *lines])


def _line(result: FolderResult, language: Language) -> str:
    counts = {
        "files": result.came.files,
        "added": result.came.added,
        "updated": result.came.updated,
        "left_out": result.came.left_out,
        "refused": result.refused,
    }
    values = {name: format_count(count) for name, count in counts.items()}
    return translate(_FOLDER, language) % (values | {"source": result.source})
