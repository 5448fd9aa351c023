"""A letter as it will be read, before any link of it is made."""

from dataclasses import dataclass
from typing import Final

from node.clock import Clock
from node.domain.errors import LetterError
from node.domain.letters import Letter
from node.domain.merge_fields import MergeField
from node.i18n import DEFAULT, format_day
from node.services.letter_message import LetterMessages
from node.services.links import LIFETIME
from node.services.recipients import Due, Recipients
from node.storage import letter_texts
from node.storage.database import Tx

_NO_CODE: Final = "000000"  # shown where the real one will stand


@dataclass(frozen=True, slots=True)
class LetterSamples:
    """Reads; issues nothing."""

    clock: Clock
    recipients: Recipients
    messages: LetterMessages

    def of(self, tx: Tx, due: list[Due]) -> Letter | None:
        """Return the first letter with the question, else the first; None where none fits."""
        chosen = next((one for one in due if one.plain is None), next(iter(due), None))
        if chosen is None:
            return None
        application = chosen.rejection.application
        applied = letter_texts.applied_to(tx, application.id)
        identity = self.recipients.usable(tx, application.person_id)
        page = f"{self.messages.head.portal_url}/"
        values = self.messages.plain_values(DEFAULT, identity, applied) | {
            MergeField.LINK: page,
            MergeField.STOP: page,
            MergeField.CODE: _NO_CODE,
            MergeField.UNTIL: format_day(self.clock.now() + LIFETIME, DEFAULT),
        }
        try:
            text = self.messages.texts.choose(tx, chosen.template, DEFAULT, applied)
            return text.render(values)
        except LetterError:
            return None
