"""What comes back of letters: not delivered, or unwanted; and who is written to no more."""

import logging
from dataclasses import dataclass
from typing import Final

from node.clock import Clock, seconds
from node.connectors.mail.outgoing import TemporaryMailError
from node.connectors.mail.returned import ReturnedMail
from node.domain.delivery_status import Failure, read_report
from node.domain.letter_life import State
from node.domain.return_token import ReturnTokens
from node.services.complaints import take_complaint
from node.services.recipients import Recipients
from node.storage import bounces
from node.storage.database import Database, Tx
from node.storage.tables.letter import Letter
from node.storage.vault import ErasedError

# A report on a letter that never left is a forged one, or of a restored backup.
_OUT: Final = frozenset({State.SENT, State.SENDING})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bounces:
    """Use cases on letters that come back."""

    db: Database
    clock: Clock
    recipients: Recipients
    returns: ReturnTokens

    def read(self, mailbox: ReturnedMail) -> int:
        """Take in what is new in *mailbox*; return how many letters it told something of."""
        came_back = 0
        try:
            for content in mailbox.mails():
                came_back += self.take(content)
        except TemporaryMailError as error:
            log.warning("returned mail was not read: %s", error)
        return came_back

    def take(self, content: bytes) -> int:
        """Take in one mail; return how many letters it told something of.

        What is no report, or names no letter of ours by a token, changes nothing.
        """
        report = read_report(content)
        if report is None:
            return 0
        letters = self.returns.letters_in(report.named)
        with self.db.begin() as tx:
            found = [tx.get(Letter, one) for one in letters]
            out = [one for one in found if one is not None and one.state in _OUT]
            if report.is_complaint:
                for letter in out:
                    take_complaint(tx, letter, now=self.clock.now())
                return len(out)
            return sum(self._came_back(tx, letter, report.failures) for letter in out)

    def _came_back(self, tx: Tx, letter: Letter, failures: tuple[Failure, ...]) -> bool:
        # One letter has one receiver; the worst of what is told is what happened to it.
        worst = max(failures, key=lambda failure: failure.is_hard)
        now = seconds(self.clock.now())
        is_news = bounces.put(tx, letter.id, is_hard=worst.is_hard, status=worst.status, now=now)
        if is_news and worst.is_hard:
            self._give_up(tx, letter.person_id, worst.recipient)
        if is_news:
            log.info("letter came back", extra={"letter": letter.id, "hard": worst.is_hard})
        return is_news

    def _give_up(self, tx: Tx, person_id: str, recipient: str) -> None:
        """Write no more to the address that the letter went to, if the report names it.

        Who has the letter can forge a report, and may have named another's address, too.
        """
        try:
            mails = self.recipients.usable(tx, person_id).mails
        except ErasedError:
            return
        if mails and mails[0].casefold() == recipient.casefold():
            self.recipients.give_up(tx, mails[0])
