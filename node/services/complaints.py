"""Complaints of letters: told to the desk, or by a mail program's button for unwanted mail."""

from dataclasses import dataclass
from datetime import datetime

from node.clock import Clock, day_of, seconds
from node.domain.contact import mail_key, read_mails
from node.domain.recipients import Scope
from node.services.errors import NoSuchRecordError
from node.storage import letter_funnel, people
from node.storage.database import Database, Tx
from node.storage.tables.letter import Letter
from node.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Complaints:
    """Use cases on complaints."""

    db: Database
    clock: Clock
    vault: Vault

    def note(self, mail: str) -> None:
        """Keep that the owner of an address complained of the last letter sent there.

        Raises:
            UnreadableError: *mail* is no mail address.
            NoSuchRecordError: no letter went to anybody of that address.
        """
        digests = [self.vault.blind("mail", mail_key(one.address)) for one in read_mails(mail)]
        with self.db.begin() as tx:
            letter = letter_funnel.newest(tx, people.by_index(tx, digests))
            if letter is None:
                raise NoSuchRecordError("no letter went there")
            take_complaint(tx, letter, now=self.clock.now())


def take_complaint(tx: Tx, letter: Letter, *, now: datetime) -> None:
    """Keep that a letter was complained of; its person is never asked again."""
    if letter.complained_at is None:
        letter.complained_at = seconds(now)
    people.suppress(tx, letter.person_id, scope=Scope.ASK, day=day_of(now))
