"""The end of all that is known of a person: key destroyed, tokens withdrawn, never taken in again.

A blind index alone remains, so that an older row of the same person is not taken in once
more; whoever applies again later is here by an own act.
"""

from dataclasses import dataclass

from crypto.randomness import random_bytes
from node.clock import Clock, day_of
from node.domain.letter_life import Event, advance
from node.domain.recipients import Scope
from node.services.withdrawals import Withdrawals
from node.storage import consents, erasure, people
from node.storage.database import Tx

_INDEX_BYTES = 32


@dataclass(frozen=True, slots=True)
class Erasure:
    """Erases people, within the caller's change."""

    clock: Clock
    withdrawals: Withdrawals

    def erase(self, tx: Tx, person_id: str) -> None:
        """Erase a person; every peer that has a token of his is told to do so, too."""
        if consents.given(tx, person_id) is not None:
            self.withdrawals.withdraw(tx, person_id)
        day = day_of(self.clock.now())
        for letter in erasure.unsent(tx, person_id):
            letter.state = advance(letter.state, Event.CANCEL)
        people.suppress(tx, person_id, scope=Scope.ERASED, day=day)
        for application in erasure.applications(tx, person_id):
            # An older row under that number must find neither the person nor this row.
            people.suppress_index(tx, application.remote, scope=Scope.ERASED, day=day)
            application.remote = random_bytes(_INDEX_BYTES)
            application.content = b""
        erasure.shred(tx, person_id)
