"""A letter as a mail (RFC 5322): its text filled in, its links issued, its headers set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Final

from node.clock import Clock, seconds
from node.domain.applicant import Identity
from node.domain.errors import LetterError
from node.domain.letters import Letter as FilledLetter
from node.domain.letters import LetterKind
from node.domain.merge_fields import MergeField
from node.domain.return_token import ReturnTokens
from node.domain.vocabulary import Vocabulary
from node.i18n import (
    DEFAULT,
    TOKYO,
    Bilingual,
    Language,
    as_language,
    format_day,
    format_month,
    from_seconds,
)
from node.services.disclosures import proposal_of
from node.services.letter_texts import LetterTexts
from node.services.links import LIFETIME, LinkKind, Links
from node.storage import consents, disclosures, letter_texts, own_pool
from node.storage.database import Tx
from node.storage.letter_texts import AppliedTo
from node.storage.members import Members
from node.storage.tables.letter import Letter
from protocol.disclosure import State as Asked

STOP_LIFETIME: Final = timedelta(days=365)  # outlives the longest consent

# What the portal answers under; the secret follows.
_PATHS: Final[Mapping[LinkKind, str]] = {"consent": "c", "disclosure": "d", "stop": "u"}
_YES: Final = frozenset({Asked.HELD, Asked.SENT, Asked.GIVEN, Asked.UNOPENED, Asked.RECEIPTED})
_ACCEPTED: Final = Bilingual("承諾", "accepted")
_DECLINED: Final = Bilingual("お断り", "declined")


class _LetterPolicy(EmailPolicy):
    """Mails with CRLF whose long address stays whole: folding would encode it into words."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name == _UNSUBSCRIBE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_UNSUBSCRIBE: Final = "List-Unsubscribe"
_POLICY: Final = _LetterPolicy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class LetterHead:
    """Who writes: what the law wants in each letter, and where its links lead."""

    company: Bilingual
    representative: str
    address: str
    desk: str
    desk_phone: str
    desk_hours: str
    sender: str  # mail address
    portal_url: str


@dataclass(frozen=True, slots=True)
class LetterMessages:
    """Makes mails out of letters."""

    clock: Clock
    links: Links
    members: Members
    head: LetterHead
    texts: LetterTexts
    vocabulary: Vocabulary = field(repr=False)
    returns: ReturnTokens

    def compose(
        self, tx: Tx, letter: Letter, identity: Identity, more: dict[MergeField, str]
    ) -> EmailMessage:
        """Return the mail; the links in it are issued, and the letter notes its text's version.

        *more* are values that this letter needs besides.

        Raises:
            LetterError: a value is missing or does not fit into a letter.
        """
        language = as_language(letter.language) or DEFAULT
        applied = self._applied(tx, letter)
        template = self.texts.choose(tx, LetterKind(letter.template), language, applied)
        fields = template.fields
        values = self.plain_values(language, identity, applied) | more
        if fields & {MergeField.ASKING, MergeField.ASKING_JOB, MergeField.ANSWER}:
            values |= self._request(tx, letter, language)
        if fields & {MergeField.LINK, MergeField.CODE, MergeField.UNTIL}:
            values |= self._link(tx, letter, language)
        headers = {}
        if fields & {MergeField.LINK, MergeField.STOP}:
            until = seconds(self.clock.now() + STOP_LIFETIME)
            secret, _ = self._issue(tx, letter, "stop", until)
            values[MergeField.STOP] = self._url("stop", secret)
            headers = {
                _UNSUBSCRIBE: f"<{values[MergeField.STOP]}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        text = template.render(values)
        letter.version = template.version
        message = self.message(letter.id, language, to=identity.mails[0], text=text)
        for name, value in headers.items():
            message[name] = value
        return message

    def message(
        self, letter_id: str, language: Language, *, to: str, text: FilledLetter
    ) -> EmailMessage:
        """Return a mail of this company with *text*.

        Raises:
            LetterError: the address would end its line, in the header or to the server.
        """
        if not to.isascii() or not to.isprintable() or set(to) & set(" <>,"):
            raise LetterError("the address is not one word")
        user, _, domain = self.head.sender.partition("@")
        message = EmailMessage(policy=_POLICY)
        message["From"] = Address(self.head.company.in_language(language), user, domain)
        # As text: an Address would refuse the dots that old carriers allowed.
        message["To"] = to
        message["Subject"] = text.subject
        message["Date"] = format_datetime(self.clock.now().astimezone(TOKYO))
        message["Message-ID"] = f"<{self.returns.of(letter_id)}@{domain}>"
        # RFC 3834: programs that answer to mails, such as absence notes, stay silent.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text.body.strip() + "\n", charset="utf-8", cte="base64")
        return message

    def plain_values(
        self, language: Language, identity: Identity, applied: AppliedTo | None
    ) -> dict[MergeField, str]:
        """Return what needs no link: who writes to whom, and about which application."""
        values = {
            MergeField.COMPANY: self.head.company.in_language(language),
            MergeField.REPRESENTATIVE: self.head.representative,
            MergeField.ADDRESS: self.head.address,
            MergeField.DESK: self.head.desk,
            MergeField.DESK_PHONE: self.head.desk_phone,
            MergeField.DESK_HOURS: self.head.desk_hours,
            MergeField.NAME: identity.name.strip().removesuffix("様").rstrip(),
        }
        if applied is not None:
            values |= {
                MergeField.JOB: applied.job,
                MergeField.STAGE: self.vocabulary.label("stage", applied.furthest, language),
                MergeField.APPLIED: format_month(date.fromisoformat(applied.applied_on), language),
            }
        return values

    def _applied(self, tx: Tx, letter: Letter) -> AppliedTo | None:
        application_id = letter.application_id or own_pool.application_of(tx, letter.id)
        return None if application_id is None else letter_texts.applied_to(tx, application_id)

    def _request(self, tx: Tx, letter: Letter, language: Language) -> dict[MergeField, str]:
        """Return who asks for what, and the answer as it stands now."""
        asked = disclosures.get(tx, letter.ref or "")
        if asked is None:
            raise LetterError("no such request")
        member = self.members.directory(tx).member(asked.member)
        _, proposal = proposal_of(asked)
        answer = _ACCEPTED if asked.state in _YES else _DECLINED
        return {
            MergeField.ASKING: Bilingual(member.name.ja, member.name.en).in_language(language),
            MergeField.ASKING_JOB: proposal.terms.title,
            MergeField.ANSWER: answer.in_language(language),
        }

    def _link(self, tx: Tx, letter: Letter, language: Language) -> dict[MergeField, str]:
        """Issue the link of the letter; a request's ends with it, all others live 30 days."""
        until = seconds(self.clock.now() + LIFETIME)
        kind: LinkKind = "consent"
        shown = until
        if letter.template == LetterKind.DISCLOSURE:
            asked = disclosures.get(tx, letter.ref or "")
            kind = "disclosure"
            until = shown = until if asked is None else asked.not_after
        elif letter.template == LetterKind.RECEIPT:
            consent = consents.get(tx, letter.ref or "")
            shown = until if consent is None else consent.not_after
        secret, code = self._issue(tx, letter, kind, until)
        return {
            MergeField.LINK: self._url(kind, secret),
            MergeField.CODE: code,
            MergeField.UNTIL: format_day(from_seconds(shown), language),
        }

    def _issue(self, tx: Tx, letter: Letter, kind: LinkKind, until: int) -> tuple[str, str]:
        ref = letter.ref if kind == "disclosure" else None
        return self.links.issue(tx, kind, letter.person_id, letter.id, ref=ref, until=until)

    def _url(self, kind: LinkKind, secret: str) -> str:
        return f"{self.head.portal_url}/{_PATHS[kind]}/{secret}"
