"""Invented candidates who read their mails and use the real pages, as a browser would.

Where the page's script (node/web/ui/static/key.js) makes a key and signs, they do the
same with the same bytes; who has no key leaves the script out (evidence level E0).
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import urllib3

from crypto import canonical_json
from crypto.ed25519 import SigningKey
from crypto.encoding import b64url_decode, b64url_encode
from crypto.hashing import sha256, tagged
from node.demo.browser import Browser, Form
from node.demo.errors import DemoError
from node.demo.mailbox import Mail

CONSENT_LABEL: Final = b"tasuki/1 consent\n"
ACCEPT_LABEL: Final = b"tasuki/1 accept\n"
MOST_SKILLS: Final = 12
GATED: Final = ("region", "occupation", "years", "stage")
_AGREE: Final = ("answer", "agree")
_ACCEPT: Final = ("answer", "accept")
_TIMEOUT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a candidate chooses on the consent page."""

    fields: tuple[str, ...] = GATED
    availability: str | None = None
    shows_skills: bool = False
    never: tuple[str, ...] = ()  # companies to block, by corporate number


@dataclass(slots=True)
class Candidate:
    """One person with a mail address, a browser and perhaps a key in it."""

    address: str
    key: SigningKey | None
    browser: Browser = field(default_factory=Browser)

    def agree(self, mail: Mail, wish: Wish, *, again: bool = False) -> None:
        """Consent on the page behind the letter *mail*, or *again* in place of before.

        Raises:
            DemoError: a page is not as it must be.
        """
        page = self.browser.get(f"{mail.link}/again" if again else mail.link)
        form = self._chosen(page.form("/c/consent"), wish)
        for number in wish.never:
            form.type("block", number)
            page = self.browser.submit(form, ("step", "block"))
            form = self._chosen(page.form("/c/consent"), wish)
        if form.has("code"):
            form.type("code", mail.code)
        if self.key is not None:
            form.put("key_alg", "ed25519")
            form.put("key", b64url_encode(self.key.public.raw))
        review = self.browser.submit(form, _AGREE)
        statement = review.form("/c/sign")
        if self.key is not None:
            statement.put("signature", self.signature(CONSENT_LABEL, statement))
        receipt = self.browser.submit(statement, _AGREE)
        if not receipt.has_form("/c/receipt"):
            raise DemoError(f"no receipt of a consent but “{receipt.title}”")

    def take_receipt(self, mail: Mail) -> str:
        """Return the receipt from the own page; anybody can verify it without the company."""
        return self.browser.submit(self.browser.get(mail.link).form("/c/receipt")).text

    def decline_offer(self, mail: Mail) -> None:
        """Say no on the page behind the letter *mail*."""
        form = self.browser.get(mail.link).form("/c/consent")
        form.type("code", mail.code)
        self.browser.submit(form, ("answer", "decline"))

    def withdraw(self, mail: Mail) -> None:
        """Stop the introduction on the own page, behind the same letter."""
        form = self.browser.get(mail.link).form("/c/withdraw")
        if form.has("code"):
            form.type("code", mail.code)
        page = self.browser.submit(form, ("answer", "withdraw"))
        if page.has_form("/c/withdraw"):
            raise DemoError("a consent stands after its withdrawal")

    def accept(self, mail: Mail, *, report: bool) -> None:
        """Say yes to the request *mail* asks about: name and mail address may be sent."""
        form = self._request(mail)
        form.check("applied", ["no"])
        form.check("identity", ["name", "mails"])
        form.check("report", ["yes"] if report else [])
        review = self.browser.submit(form, _ACCEPT)
        statement = review.form("/d/sign")
        public = statement.attribute("data-public")
        if public:
            if self.key is None or b64url_encode(self.key.public.raw) != public:
                raise DemoError("a yes is asked of a key that is not in this browser")
            check_payload(statement)
            statement.put("signature", self.signature(ACCEPT_LABEL, statement))
        self.browser.submit(statement, _ACCEPT)

    def decline(self, mail: Mail) -> None:
        """Say no to the request."""
        form = self._request(mail)
        form.check("applied", ["no"])
        self.browser.submit(form, ("answer", "decline"))

    def leave_open(self, mail: Mail) -> None:
        """Read the request and answer nothing: silence is a no."""
        self._request(mail)

    def _request(self, mail: Mail) -> Form:
        """Return the form of a request; its values come after the code alone."""
        form = self.browser.get(mail.link).form("/d/open")
        form.type("code", mail.code)
        return self.browser.submit(form).form("/d/answer")

    def _chosen(self, form: Form, wish: Wish) -> Form:
        form.check("to", form.offered("to"))
        fields = wish.fields
        if wish.availability is not None:
            fields += ("availability",)
            form.choose("availability", wish.availability)
        skills = form.offered("skill")[:MOST_SKILLS] if wish.shows_skills else []
        if skills:
            fields += ("skills",)
        form.check("skill", skills)
        form.check("field", fields)
        return form

    def signature(self, label: bytes, form: Form) -> str:
        """Return what the page's script puts into *form*: the signature of its statement.

        Raises:
            DemoError: there is no key.
        """
        if self.key is None:
            raise DemoError("no key to sign with")
        statement = b64url_decode(form.value("statement"))
        return b64url_encode(self.key.sign(label + sha256(statement)))


def check_payload(form: Form) -> None:
    """Return if what would be signed is what is shown: the script's own check.

    Raises:
        DemoError: it is not.
    """
    nonce = b64url_decode(form.attribute("data-nonce"))
    identity = b64url_decode(form.attribute("data-identity"))
    statement = canonical_json.loads(b64url_decode(form.value("statement")))
    payload = tagged("tasuki/1 payload", nonce, identity).hex()
    if not isinstance(statement, dict) or statement.get("payload") != payload:
        raise DemoError("what would be signed is not what is shown")


def press_stop(mail: Mail) -> None:
    """Press "unsubscribe" as a mail program does (RFC 8058): no page, no cookie.

    Raises:
        DemoError: the node does not take it.
    """
    try:
        answer = urllib3.request(
            "POST",
            mail.stop_address,
            body="List-Unsubscribe=One-Click",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            timeout=_TIMEOUT_S,
            retries=False,
        )
    except urllib3.exceptions.HTTPError as error:
        raise DemoError(f"the one click was not answered: {type(error).__name__}") from None
    if answer.status not in {HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT}:
        raise DemoError(f"the one click was answered {answer.status}")
