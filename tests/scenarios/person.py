"""A candidate who reads the letters of a company and answers them with a key of his own."""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage

from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_encode
from node.services.choices import ConsentChoice
from node.services.links import LinkKind, Visit
from node.services.payloads import AcceptChoice
from protocol.consent import CandidateKey, KeyAlgorithm, KeySignature, Statement, signed_text
from tests.scenarios.consortium import Member

ALL_GATED = frozenset({"region", "occupation", "years", "stage"})


@dataclass(slots=True)
class Person:
    """One candidate, known to one company by a mail address."""

    member: Member
    mail: str
    key: SigningKey | None = field(default_factory=SigningKey.generate)

    def letters(self) -> list[EmailMessage]:
        return [letter for letter in self.member.mail.letters if letter["To"] == self.mail]

    def visit(self, kind: LinkKind, letter: EmailMessage | None = None) -> Visit:
        """Open the newest letter's link of a kind and type its code."""
        secret, code = self.link(kind, letter)
        return self.member.node.people.links.visit(secret, kind, code)

    def link(self, kind: str, letter: EmailMessage | None = None) -> tuple[str, str]:
        path = {"consent": "c", "disclosure": "d"}[kind]
        for found in [letter] if letter is not None else reversed(self.letters()):
            text = found.get_content()
            secret = re.search(rf"/{path}/([A-Za-z0-9_-]+)", text)
            code = re.search(r"(?<![0-9])([0-9]{6})(?![0-9])", text)
            if secret is not None and code is not None:
                return secret[1], code[1]
        raise AssertionError(f"no letter with a {kind} link")

    def agree(
        self,
        *receivers: str,
        letter: EmailMessage | None = None,
        fields: frozenset[str] = ALL_GATED,
        blocks: tuple[str, ...] = (),
    ) -> str:
        """Consent to show the gated fields; return the consent's id."""
        visit = self.visit("consent", letter)
        choice = ConsentChoice(
            receivers=frozenset(receivers),
            fields=fields,
            language_level=None,
            availability=None,
            skills=(),
            months=6,
            blocks=blocks,
            language="ja",
            text="the page as it was shown",
        )
        consents = self.member.node.people.consents
        draft = consents.draft(visit, choice, None if self.key is None else self.public)
        signature = None if self.key is None else self.sign(draft.statement)
        return consents.sign(visit, draft.statement.canonical(), signature)

    def accept(self, *, report: bool = True) -> None:
        """Say yes to the newest request: name, mails and phones."""
        visit = self.visit("disclosure")
        answers = self.member.node.people.answers
        choice = AcceptChoice(fields=frozenset({"name", "mails"}), report=report)
        draft = answers.draft(visit, choice)
        if self.key is None:
            answers.accept(visit, draft.statement.canonical())
        else:
            answers.sign(visit, self.sign(draft.statement))

    @property
    def public(self) -> CandidateKey:
        assert self.key is not None
        return CandidateKey(alg=KeyAlgorithm.ED25519, key=b64url_encode(self.key.public.raw))

    def sign(self, statement: Statement) -> KeySignature:
        assert self.key is not None
        return KeySignature(sig=b64url_encode(self.key.sign(signed_text(statement))))
