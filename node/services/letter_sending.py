"""Sending letters once.

Sending is three steps: a transaction that notes the attempt, the hand-over, and one
that notes its end. After a crash between them nobody knows whether the letter went
(RFC 1047), so it stays where it is, is listed, and is never sent again by itself.
"""

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Final, Literal

from node.clock import Clock, seconds
from node.connectors.mail.outgoing import (
    MailLoginError,
    NoSuchAddressError,
    OutgoingMail,
    PermanentMailError,
    SlowDownError,
    TemporaryMailError,
    UncertainMailError,
)
from node.domain.errors import LetterError
from node.domain.hold import Hold, is_open, midnight
from node.domain.letter_life import Event, State, advance
from node.domain.letters import LetterKind
from node.domain.recipients import Withheld
from node.services.errors import NothingToDoError
from node.services.letter_message import LetterMessages
from node.services.pace import Pace
from node.services.recipients import Recipients
from node.services.reinvitations import Reinvitations
from node.storage import letters, rejections
from node.storage.database import Database, Tx
from node.storage.tables.letter import Letter
from node.storage.vault import ErasedError

BATCH: Final = 100  # letters that one call sends, so that a stop need not wait for all
RETRIES: Final = 12  # after them a letter is given up
UNDER_WAY: Final = timedelta(minutes=10)  # longer than any hand-over
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=6)

log = logging.getLogger(__name__)

Fault = Literal["refused", "given-up", "no-address", "unfit"]


@dataclass(frozen=True, slots=True)
class LetterSending:
    """Hands letters over; *daily_limit* and *hold* are for those that nobody asked for."""

    db: Database
    clock: Clock
    recipients: Recipients
    messages: LetterMessages
    mail: OutgoingMail = field(repr=False)
    hold: Hold
    daily_limit: int
    pace: Pace

    def send_due(self) -> int:
        """Send the confirmed letters whose time has come; return how many were taken over."""
        now = self.clock.now()
        with self.db.read() as tx:
            left = self.daily_limit - letters.held_since(tx, seconds(midnight(now)))
            held = max(left, 0) if is_open(now, self.hold) else 0
            limit = min(BATCH, self.pace.allowed())
            due = letters.due(tx, now=seconds(now), limit=limit, held=held)
        taken = 0
        for letter_id in due:
            message = self._begin(letter_id)
            if message is None:
                continue
            self.pace.spend()
            try:
                self.mail.send(message)
            except PermanentMailError as error:
                has_no_such_address = isinstance(error, NoSuchAddressError)
                self._refused(letter_id, str(message["To"]) if has_no_such_address else None)
            except TemporaryMailError as error:
                if isinstance(error, MailLoginError):
                    self._untried(letter_id)
                    self.pace.rest()
                else:
                    self._later(letter_id)
                if isinstance(error, SlowDownError):
                    self.pace.slow_down()
                log.warning("letter was not taken: %s", error, extra={"letter": letter_id})
                # A server that is away is away for the others, too.
                return taken
            except UncertainMailError:
                log.warning("letter may or may not have arrived", extra={"letter": letter_id})
            else:
                self.pace.go_on()
                self._taken(letter_id)
                taken += 1
        return taken

    def did_go(self, letter_id: str) -> None:
        """Note what the mail server's own log says: the letter was taken over.

        Raises:
            NothingToDoError: nobody is in doubt about that letter.
        """
        with self.db.begin() as tx:
            letter = self._in_doubt(tx, letter_id)
            letter.state = advance(letter.state, Event.TAKEN)
            letter.sent_at = letter.not_before

    def did_not_go(self, letter_id: str) -> None:
        """Send a letter again of which the mail server's own log knows nothing.

        Raises:
            NothingToDoError: nobody is in doubt about that letter.
        """
        with self.db.begin() as tx:
            self._put_back(tx, self._in_doubt(tx, letter_id), timedelta())

    def ask_again(self) -> int:
        """Put the results that did not go back to be confirmed; return how many.

        Raises:
            NothingToDoError: there is none.
        """
        with self.db.begin() as tx:
            failed = letters.failed_results(tx)
            if not failed:
                raise NothingToDoError("no result failed")
            for letter in failed:
                letter.state = advance(letter.state, Event.RESTORE)
                letter.tries, letter.fault, letter.dispatch_id = 0, None, None
            return len(failed)

    def _in_doubt(self, tx: Tx, letter_id: str) -> Letter:
        letter = tx.get(Letter, letter_id)
        under_way = seconds(self.clock.now() - UNDER_WAY)
        if letter is None or letter.state != State.SENDING or letter.not_before > under_way:
            raise NothingToDoError("no such letter is in doubt")
        return letter

    def _begin(self, letter_id: str) -> EmailMessage | None:
        """Note the attempt and return the mail; None where the letter does not go out."""
        with self.db.begin() as tx:
            letter = letters.claim(tx, letter_id)
            if letter is None:
                return None
            if letter.kind in letters.HELD and not self._is_still_due(tx, letter):
                letters.drop(tx, letter)
                return None
            try:
                identity = self.recipients.usable(tx, letter.person_id)
            except ErasedError:
                letter.state = advance(letter.state, Event.CANCEL)
                return None
            if not identity.mails:
                _fail(letter, "no-address")
                return None
            try:
                more = self._reinvitations.values(tx, letter)
                message = self.messages.compose(tx, letter, identity, more)
            except LetterError:
                letters.drop_links(tx, letter.id)
                _fail(letter, "unfit")
                return None
            letter.state = advance(letter.state, Event.BEGIN)
            letter.not_before = seconds(self.clock.now())
            letter.tries += 1
            return message

    @property
    def _reinvitations(self) -> Reinvitations:
        return Reinvitations(self.clock, self.recipients, self.messages.vocabulary)

    def _is_still_due(self, tx: Tx, letter: Letter) -> bool:
        """Tell whether a letter that keeps hours still goes out; the offer goes if it must."""
        if letter.kind == LetterKind.REINVITATION:
            return self._reinvitations.is_due(tx, letter)
        since = self.recipients.asked_since()
        rejection = rejections.of_letter(tx, letter, since=since)
        if rejection is None:
            return False
        if letter.kind == LetterKind.OFFER:
            return bool(self.recipients.invitable(tx, [rejection]))
        decided = self.recipients.decide(tx, rejection)
        if isinstance(decided, Withheld):
            return False
        if decided.plain is not None:
            letter.template = LetterKind.REJECTION
        return True

    def _taken(self, letter_id: str) -> None:
        with self.db.begin() as tx:
            letter = tx.get_one(Letter, letter_id)
            letter.state = advance(letter.state, Event.TAKEN)
            letter.sent_at = seconds(self.clock.now())

    def _refused(self, letter_id: str, dead: str | None) -> None:
        """Give a letter up, and its address where no letter at all reaches it."""
        with self.db.begin() as tx:
            letters.drop_links(tx, letter_id)
            _fail(tx.get_one(Letter, letter_id), "refused")
            if dead is not None:
                self.recipients.give_up(tx, dead)

    def _later(self, letter_id: str) -> None:
        """Put a letter back that nobody has, or give it up after many tries."""
        with self.db.begin() as tx:
            letter = tx.get_one(Letter, letter_id)
            if letter.tries > RETRIES:
                letters.drop_links(tx, letter_id)
                _fail(letter, "given-up")
                return
            wait = min(_FIRST_WAIT * 2 ** (letter.tries - 1), _LONGEST_WAIT)
            self._put_back(tx, letter, wait)

    def _untried(self, letter_id: str) -> None:
        """Put a letter back as not tried at all: our own login is at fault.

        A secret ends on a Friday evening, and nobody is there before Monday.
        """
        with self.db.begin() as tx:
            letter = tx.get_one(Letter, letter_id)
            letter.tries -= 1
            self._put_back(tx, letter, _FIRST_WAIT)

    def _put_back(self, tx: Tx, letter: Letter, wait: timedelta) -> None:
        """Let a letter that nobody has go after *wait*; the next try makes new links."""
        letters.drop_links(tx, letter.id)
        letter.state = advance(letter.state, Event.LATER)
        letter.not_before = seconds(self.clock.now() + wait)


def _fail(letter: Letter, fault: Fault) -> None:
    letter.state = advance(letter.state, Event.REFUSED)
    letter.fault = fault
