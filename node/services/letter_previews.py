"""A letter's text as a chosen person would get it, and as a mail to oneself; nothing is kept."""

from dataclasses import dataclass, field
from typing import Final

from node.connectors.mail.outgoing import OutgoingMail, OutgoingMailError
from node.domain.applicant import Identity
from node.domain.letters import Letter, LetterPlace, LetterTemplate
from node.domain.merge_fields import MergeField
from node.i18n import Language, format_day, format_month, message, translate
from node.services.errors import ServiceError
from node.services.identities import Identities
from node.services.letter_message import LetterMessages
from node.services.letter_texts import Draft
from node.services.links import LIFETIME
from node.storage import letter_texts
from node.storage.database import Database
from node.storage.vault import ErasedError
from protocol.identifiers import new_id

_LISTED: Final = 50
_CODE: Final = "000000"
_PAGE: Final = "sample"  # no link has this secret
_SAMPLES: Final = {
    MergeField.NAME: message("Taro Mihon"),
    MergeField.JOB: message("a position"),
    MergeField.STAGE: message("a step of the selection"),
    MergeField.ASKING: message("a company"),
    MergeField.ASKING_JOB: message("a position there"),
    MergeField.ANSWER: message("an answer"),
    MergeField.OPENING: message("a new opening"),
    MergeField.WHY: message("What the person did fits what the new opening asks for."),
}


class MailToSelfError(ServiceError):
    """The mail to oneself did not go; the words say why."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody whose letter can be looked at."""

    application_id: str
    name: str = field(repr=False)
    job: str


@dataclass(frozen=True, slots=True)
class LetterPreviews:
    """Use cases on letters that are only looked at."""

    db: Database
    identities: Identities
    messages: LetterMessages
    mail: OutgoingMail = field(repr=False)

    def people(self, job_id: str) -> list[Addressee]:
        """Return people whom the company rejected, the newest first; of one job or of all ("")."""
        with self.db.read() as tx:
            found = letter_texts.recent_applications(tx, job_id, limit=_LISTED)
            identities = self.identities.of_all(tx, {person_id for _, person_id, _ in found})
        return [
            Addressee(application_id, identities[person_id].name, job)
            for application_id, person_id, job in found
            if person_id in identities
        ]

    def render(
        self, place: LetterPlace, language: Language, draft: Draft, application_id: str
    ) -> Letter:
        """Return the letter for a person, with links that lead nowhere; "" for nobody real.

        Raises:
            LetterError: the text cannot be sent, or the person lacks what it needs.
        """
        values = self._samples(language)
        with self.db.read() as tx:
            applied = letter_texts.applied_to(tx, application_id)
            if applied is not None:
                try:
                    identity = self.identities.of(tx, applied.person_id)
                except ErasedError:
                    pass
                else:
                    values |= self.messages.plain_values(language, identity, applied)
        template = LetterTemplate(place.kind, language, draft.subject, draft.body)
        return template.render(values)

    def send_test(self, place: LetterPlace, language: Language, draft: Draft, to: str) -> None:
        """Mail the letter with invented values to an operator.

        Raises:
            LetterError: the text cannot be sent.
            MailToSelfError: the mail server did not take it.
        """
        text = self.render(place, language, draft, "")
        try:
            self.mail.send(self.messages.message(new_id(), language, to=to, text=text))
        except OutgoingMailError as error:
            raise MailToSelfError(str(error)) from error

    def _samples(self, language: Language) -> dict[MergeField, str]:
        now = self.messages.clock.now()
        nobody = Identity(translate(_SAMPLES[MergeField.NAME], language))
        values = {name: translate(text, language) for name, text in _SAMPLES.items()}
        values |= self.messages.plain_values(language, nobody, None)
        portal = self.messages.head.portal_url
        return values | {
            MergeField.LINK: f"{portal}/c/{_PAGE}",
            MergeField.STOP: f"{portal}/u/{_PAGE}",
            MergeField.CODE: _CODE,
            MergeField.UNTIL: format_day(now + LIFETIME, language),
            MergeField.APPLIED: format_month(now.date(), language),
        }
