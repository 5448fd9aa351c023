"""Static links: one constant address for the letters that an ATS sends (THREATS T29).

The page of such a link stores what was typed and looks nothing up, so its answer tells
nobody who applied. A job looks later: who was rejected here and has not decided gets one
mail at the address on file; an address that nobody here has waits for the next import,
or for a recruiter who knows it.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from crypto.randomness import random_below
from node.clock import Clock, seconds
from node.domain.contact import mail_key, read_mails
from node.domain.errors import UnreadableError
from node.domain.letters import LetterKind
from node.domain.recipients import Plain
from node.domain.source import SELF_TOLD
from node.domain.static_link import CODE_LENGTH, LETTERS, Turn, turn
from node.i18n import DEFAULT, Language, as_language
from node.services.errors import NoSuchRecordError, RefusedChoiceError
from node.services.letters import Letters
from node.services.recipients import Recipients
from node.services.self_told import Claim, SelfTold
from node.storage import letters, rejections, static_links
from node.storage.database import Database, Tx
from node.storage.static_links import Asker
from node.storage.tables.static_link import LinkRequest, StaticLink
from node.storage.vault import Vault
from protocol.identifiers import new_id

WITHIN: Final = timedelta(minutes=10)  # the answer goes out at a random time in it
KEPT: Final = timedelta(days=30)
ONE_MAIL_EVERY: Final = timedelta(days=1)
HOURLY: Final = 600  # requests of one hour; a company with more clicks writes to thousands
LISTED: Final = 100  # addresses at a time: anybody may type some
MAX_NAME: Final = 80
MAX_STATEMENT: Final = 100
_KIND: Final = str(LetterKind.REQUESTED)
_AGAIN: Final = timedelta(hours=1)  # somebody on file whose selection is not over

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One static link, and the name of the template it stands in."""

    code: str
    name: str
    created_at: int
    url: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One address that nobody here has, with what the person says of the application."""

    id: str
    mail: str = field(repr=False)
    statement: str = field(repr=False)
    asked_at: int
    link: str


@dataclass(frozen=True, slots=True)
class StaticLinks:
    """Use cases on static links."""

    db: Database
    clock: Clock
    vault: Vault
    recipients: Recipients
    letters: Letters
    self_told: SelfTold
    portal_url: str
    hourly: int = HOURLY

    def add(self, name: str) -> LinkLine:
        """Make a static link for a version of a template, and return it.

        Raises:
            RefusedChoiceError: the name is empty or longer than 80 characters.
        """
        name = name.strip()
        if not name.isprintable() or not 1 <= len(name) <= MAX_NAME:
            raise RefusedChoiceError("name", f"1 to {MAX_NAME} characters")
        with self.db.begin() as tx:
            code = _fresh_code(lambda found: static_links.by_code(tx, found) is not None)
            link = StaticLink.new(code=code, name=name, created_at=seconds(self.clock.now()))
            static_links.add(tx, link)
            return self._line(link)

    def every(self) -> list[LinkLine]:
        """Return every static link, the newest first."""
        with self.db.read() as tx:
            return [self._line(link) for link in static_links.every(tx)]

    def is_known(self, code: str) -> bool:
        """Tell whether there is a static link of that code."""
        with self.db.read() as tx:
            return static_links.by_code(tx, code) is not None

    def ask(self, code: str, mail: str, statement: str, language: Language) -> None:
        """Keep what was typed; whether anybody here has that address is not looked up.

        Raises:
            NoSuchRecordError: there is no such static link.
            UnreadableError: *mail* is not one mail address.
        """
        readings = read_mails(mail)
        if len(readings) != 1:
            raise UnreadableError("bad-mail")
        (reading,) = readings
        now = self.clock.now()
        said = " ".join(statement.split())[:MAX_STATEMENT]
        plain = json.dumps([reading.address, said, language]).encode()
        request_id = new_id()
        with self.db.begin() as tx:
            if static_links.by_code(tx, code) is None:
                raise NoSuchRecordError("no such static link")
            if static_links.requests_since(tx, seconds(now - timedelta(hours=1))) >= self.hourly:
                log.warning("static link: more requests in an hour than are kept")
                return
            wait = random_below(int(WITHIN.total_seconds()) + 1)
            static_links.put_request(
                tx,
                LinkRequest.new(
                    id=request_id,
                    code=code,
                    digest=self.vault.blind("mail", mail_key(reading.address)),
                    sealed=self.vault.seal_own(_place(request_id), plain),
                    asked_at=seconds(now),
                    due=seconds(now) + wait,
                ),
            )

    def answer_due(self) -> int:
        """Queue the mail of every due request that may have one; return how many."""
        now = seconds(self.clock.now())
        with self.db.read() as tx:
            if not static_links.are_any(tx):
                return 0
        with self.db.begin() as tx:
            static_links.drop_before(tx, seconds(self.clock.now() - KEPT))
            static_links.drop_suppressed(tx, now=now)
            by_address: dict[bytes, dict[str, Asker]] = {}
            for asker in static_links.due_on_file(tx, now=now):
                by_address.setdefault(asker.request.digest, {})[asker.person_id] = asker
            return sum(self._answer(tx, [*askers.values()]) for askers in by_address.values())

    def waiting(self) -> tuple[list[Waiting], int]:
        """Return the newest addresses that nobody here has, each once, and how many there are."""
        now = seconds(self.clock.now())
        with self.db.read() as tx:
            found = static_links.not_on_file(tx, now=now, limit=LISTED)
            count = static_links.count_not_on_file(tx, now=now)
        return [self._shown(row, name) for row, name in found], count

    def confirm(self, request_id: str) -> None:
        """Take the word of a recruiter that this is an applicant whom the company rejected.

        A minimal record is made, and the link goes out to the address that was typed.

        Raises:
            NoSuchRecordError: no such address waits any more.
        """
        with self.db.begin() as tx:
            row = self._waiting(tx, request_id)
            mail, _, language = self._opened(row)
            claim = Claim(row.id, mail, row.asked_at)
            person_id = self.self_told.add(tx, claim)
            self.letters.put(tx, LetterKind.REQUESTED, person_id, ref=row.code, language=language)
            static_links.drop(tx, row.digest)

    def discard(self, request_id: str) -> None:
        """Forget an address: no applicant of this company.

        Raises:
            NoSuchRecordError: no such address waits any more.
        """
        with self.db.begin() as tx:
            static_links.drop(tx, self._waiting(tx, request_id).digest)

    def _waiting(self, tx: Tx, request_id: str) -> LinkRequest:
        found = static_links.find_not_on_file(tx, request_id, now=seconds(self.clock.now()))
        if found is None:
            raise NoSuchRecordError("no such address waits")
        return found

    def _shown(self, row: LinkRequest, name: str) -> Waiting:
        mail, statement, _ = self._opened(row)
        return Waiting(row.id, mail, statement, row.asked_at, name)

    def _answer(self, tx: Tx, askers: list[Asker]) -> int:
        """Queue the mails of the people on file under one address, and return how many.

        Families share an address; who else is there keeps nobody from an own mail.
        """
        turns = [self._turn(tx, asker) for asker in askers]
        digest = askers[0].request.digest
        if Turn.SEND not in turns and Turn.WAIT in turns:
            static_links.postpone(tx, digest, until=seconds(self.clock.now() + _AGAIN))
            return 0
        static_links.drop(tx, digest)
        since = seconds(self.clock.now() - ONE_MAIL_EVERY)
        sent = 0
        for asker, said in zip(askers, turns, strict=True):
            person_id = asker.person_id
            if said is not Turn.SEND or letters.is_recent(tx, person_id, _KIND, since):
                continue
            _, _, language = self._opened(asker.request)
            self.letters.put(
                tx, LetterKind.REQUESTED, person_id, ref=asker.request.code, language=language
            )
            sent += 1
        return sent

    def _turn(self, tx: Tx, asker: Asker) -> Turn:
        if asker.has_agreed:
            return Turn.DROP
        since = self.recipients.asked_since()
        found = rejections.of_person(tx, asker.person_id, since=since)
        imported = [one for one in found if one.application.source != SELF_TOLD]
        if found and not imported:
            # A recruiter vouched; what route the person came by nobody knows.
            return turn(set(self.recipients.refusals(tx, found)) - {Plain.ROUTE} or {None})
        return turn(self.recipients.refusals(tx, imported))

    def _opened(self, row: LinkRequest) -> tuple[str, str, Language]:
        mail, statement, language = json.loads(self.vault.open_own(_place(row.id), row.sealed))
        return str(mail), str(statement), as_language(language) or DEFAULT

    def _line(self, link: StaticLink) -> LinkLine:
        url = f"{self.portal_url}/r/{link.code}"
        return LinkLine(link.code, link.name, link.created_at, url)


def _place(request_id: str) -> str:
    return f"link-request/{request_id}"


def _fresh_code(is_taken: Callable[[str], bool]) -> str:
    while True:
        code = "".join(LETTERS[random_below(len(LETTERS))] for _ in range(CODE_LENGTH))
        if not is_taken(code):
            return code
