"""Links in letters: a secret that is stored as its digest, and a code beside it.

The code stops machines that click. It does not stop a person to whom the letter was
forwarded, and the page says so.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from crypto.encoding import b64url_decode, b64url_encode
from crypto.errors import BadEncodingError
from crypto.hashing import equal, sha256
from crypto.randomness import random_below, random_bytes
from node.clock import Clock, seconds
from node.services.errors import (
    LinkExpiredError,
    LinkLockedError,
    NoSuchLinkError,
    WrongCodeError,
)
from node.storage import letter_funnel
from node.storage.database import Database, Tx
from node.storage.tables.letter import Link
from node.storage.vault import Vault

LinkKind = Literal["consent", "stop", "disclosure"]

LIFETIME = timedelta(days=30)
TRIES = 5
_DIGITS = 6
_CODES = 10**_DIGITS


@dataclass(frozen=True, slots=True)
class Visit:
    """A person who holds a link and typed its code in this visit."""

    digest: bytes
    person_id: str
    letter_id: str
    ref: str | None

    @property
    def draft_place(self) -> str:
        """The place in the vault of what waits at the link for a confirmation."""
        return f"draft/{self.digest.hex()}"


@dataclass(frozen=True, slots=True)
class Links:
    """Issues links, and lets in who brings one with its code."""

    db: Database
    clock: Clock
    vault: Vault

    def issue(
        self, tx: Tx, kind: LinkKind, person_id: str, letter_id: str, *, ref: str | None, until: int
    ) -> tuple[str, str]:
        """Return a fresh secret and its code of six digits; neither is stored."""
        raw = random_bytes(32)
        code = f"{random_below(_CODES):0{_DIGITS}}"
        tx.add(
            Link.new(
                digest=sha256(raw),
                kind=kind,
                person_id=person_id,
                letter_id=letter_id,
                ref=ref,
                code=self._code(sha256(raw), code),
                expires=until,
            )
        )
        return b64url_encode(raw), code

    def look(self, tx: Tx, secret: str, kind: LinkKind) -> Link:
        """Return the link of a secret; nothing is changed.

        Raises:
            NoSuchLinkError: no letter carried it.
            LinkExpiredError: it is past its time.
            LinkLockedError: the code was typed wrongly too often.
        """
        try:
            digest = sha256(b64url_decode(secret))
        except BadEncodingError as error:
            raise NoSuchLinkError("not a link") from error
        link = tx.get(Link, digest)
        if link is None or link.kind != kind:
            raise NoSuchLinkError("not a link")
        if link.wrong >= TRIES:
            raise LinkLockedError("too many wrong codes")
        if seconds(self.clock.now()) >= link.expires:
            raise LinkExpiredError(link.expires)
        return link

    def holder(self, tx: Tx, secret: str, kind: LinkKind) -> Link:
        """Return the link of a secret even where it expired or was locked.

        Raises:
            NoSuchLinkError: no letter carried it.
        """
        try:
            return self.look(tx, secret, kind)
        except (LinkExpiredError, LinkLockedError):
            return tx.get_one(Link, sha256(b64url_decode(secret)))

    def visit(self, secret: str, kind: LinkKind, code: str) -> Visit:
        """Return the visit of who typed the right code; a wrong one is counted.

        Raises:
            LinkError: as :meth:`look`, or WrongCodeError.
        """
        with self.db.begin() as tx:
            link = self.look(tx, secret, kind)
            digits = _digits(code)
            if len(digits) != _DIGITS:
                # No guess, but a form that a machine sent as it found it: it must lock nobody out.
                raise WrongCodeError(TRIES - link.wrong)
            if link.code is not None and equal(self._code(link.digest, digits), link.code):
                letter_funnel.note_opened(tx, link.letter_id, now=seconds(self.clock.now()))
                return _visit(link)
            link.wrong += 1
            left = TRIES - link.wrong
        if left == 0:
            raise LinkLockedError("too many wrong codes")
        raise WrongCodeError(left)

    def resume(self, secret: str, kind: LinkKind) -> Visit:
        """Return the visit of who typed the code before, as the caller's session shows.

        Raises:
            LinkError: as :meth:`look`.
        """
        with self.db.read() as tx:
            return _visit(self.look(tx, secret, kind))

    def _code(self, digest: bytes, code: str) -> bytes:
        return self.vault.blind("code", digest.hex() + code)


def _visit(link: Link) -> Visit:
    return Visit(link.digest, link.person_id, link.letter_id, link.ref)


def _digits(code: str) -> str:
    """Return the digits of what a person typed, full-width ones and spaces included."""
    return "".join(str(int(c)) for c in code if c.isdecimal())[: _DIGITS + 1]
