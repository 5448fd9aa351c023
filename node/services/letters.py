"""Letters: who gets one, the head-count that an operator confirms, and sending once.

Sending is three steps: a transaction that notes the attempt, the hand-over, and one
that notes its end. After a crash between them nobody knows whether the letter went
(RFC 1047), so it stays where it is, is listed, and is never sent again by itself.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Final, Literal

from node.clock import Clock, seconds
from node.connectors.mail.outgoing import (
    OutgoingMail,
    PermanentMailError,
    TemporaryMailError,
    UncertainMailError,
)
from node.domain.applicant import Identity
from node.domain.errors import LetterError
from node.domain.letter_life import Event, State, advance
from node.domain.letters import Answer, LetterKind
from node.domain.recipients import Addressee, Plain, Withheld, plain_reason, withheld
from node.i18n import DEFAULT, Language, as_language, local_day
from node.services.errors import HeadCountError
from node.services.identities import Identities
from node.services.letter_message import LetterMessages
from node.storage import letters
from node.storage.database import Database, Tx
from node.storage.letters import Rejection
from node.storage.tables.letter import Letter
from node.storage.vault import ErasedError
from protocol.identifiers import new_id

BATCH: Final = 100  # letters that one call sends, so that a stop need not wait for all
RETRIES: Final = 12  # after them a letter is given up
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=6)
_LISTED: Final = 100

log = logging.getLogger(__name__)

Fault = Literal["refused", "given-up", "no-address", "unfit"]

_RENEWED_EVERY: Final = timedelta(days=1)

# Mails a person what happened in the own name: kind, person, what it is about, language.
Tell = Callable[[Tx, LetterKind, str, str | None, Language], None]


@dataclass(frozen=True, slots=True)
class Queue:
    """The letters that wait for a confirmation, and who gets none or no offer."""

    letters: int
    with_offer: int
    jobs: tuple[tuple[str, int], ...]  # the most frequent first
    without_offer: Mapping[Plain, int]
    excluded: Mapping[Withheld, int]


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """One letter in a list of those that an operator should look at."""

    id: str
    kind: str
    person_id: str
    queued_at: int
    fault: str | None


@dataclass(frozen=True, slots=True)
class Outbound:
    """What became of all letters; *unknown* may or may not have arrived."""

    counts: Mapping[State, int]
    failed: tuple[ListedLetter, ...]
    unknown: tuple[ListedLetter, ...]


@dataclass(frozen=True, slots=True)
class _Due:
    """A rejection whose letter goes out, in the form that it takes."""

    rejection: Rejection
    template: LetterKind
    plain: Plain | None


@dataclass(frozen=True, slots=True)
class Letters:
    """Use cases on letters; *template* is what rejected people get, rejection or relay."""

    db: Database
    clock: Clock
    identities: Identities
    messages: LetterMessages
    mail: OutgoingMail = field(repr=False)
    template: Literal["rejection", "relay"]

    def queue_rejections(self) -> int:
        """Queue a letter for each rejected application that calls for one; return how many."""
        with self.db.begin() as tx:
            due, _ = self._sorted(tx, letters.unlettered(tx))
            for one in due:
                self._add(
                    tx,
                    LetterKind.REJECTION,
                    one.template,
                    one.rejection.application.person_id,
                    application_id=one.rejection.application.id,
                    state=State.QUEUED,
                )
            return len(due)

    def summary(self) -> Queue:
        """Return the group as it stands now."""
        with self.db.read() as tx:
            due, stale = self._sorted(tx, letters.waiting(tx, State.QUEUED))
            _, excluded = self._sorted(tx, letters.unlettered(tx))
        jobs = Counter(one.rejection.job for one in due)
        return Queue(
            letters=len(due),
            with_offer=sum(one.template == LetterKind.RELAY for one in due),
            jobs=tuple(sorted(jobs.items(), key=lambda job: (-job[1], job[0]))),
            without_offer=Counter(one.plain for one in due if one.plain is not None),
            excluded=excluded + stale,
        )

    def confirm(self, expected: int) -> int:
        """Let the waiting letters go; return how many.

        The group is looked at once more: who is no longer due gets none.

        Raises:
            HeadCountError: it has not *expected* letters; nothing was changed.
        """
        with self.db.begin() as tx:
            due, _ = self._sorted(tx, letters.waiting(tx, State.QUEUED))
            if len(due) != expected:
                raise HeadCountError(len(due))
            for one in due:
                letter = _letter(one.rejection)
                letter.template = one.template
                letter.state = advance(letter.state, Event.CONFIRM)
                letter.not_before = seconds(self.clock.now())
            going = {one.rejection.application.id for one in due}
            for row in letters.in_state(tx, State.QUEUED):
                if row.application_id not in going:
                    letters.drop(tx, row)
            return len(due)

    def cancel(self) -> int:
        """Stop every rejection letter that is not under way, for good; return how many."""
        with self.db.begin() as tx:
            stopped = [
                _letter(rejection)
                for state in (State.QUEUED, State.CONFIRMED)
                for rejection in letters.waiting(tx, state)
            ]
            for letter in stopped:
                letter.state = advance(letter.state, Event.CANCEL)
            return len(stopped)

    def put(
        self,
        tx: Tx,
        kind: LetterKind,
        person_id: str,
        *,
        ref: str | None = None,
        language: Language = DEFAULT,
    ) -> str:
        """Add a letter that needs no confirmation to the caller's change; return its id."""
        letter = self._add(
            tx, kind, kind, person_id, ref=ref, language=language, state=State.CONFIRMED
        )
        return letter.id

    def ask(self, tx: Tx, person_id: str, disclosure_id: str, language: Language) -> str:
        """Add the letter that asks a person about a request; return its id."""
        return self.put(tx, LetterKind.DISCLOSURE, person_id, ref=disclosure_id, language=language)

    def renew(self, secret: str) -> None:
        """Send a new link for one that expired or was locked, at most one a person a day.

        The letter goes to the address on file; who holds the old link learns nothing of it.

        Raises:
            NoSuchLinkError: no letter carried that link.
        """
        since = seconds(self.clock.now() - _RENEWED_EVERY)
        with self.db.begin() as tx:
            link = self.messages.links.holder(tx, secret, "consent")
            if letters.is_recent(tx, link.person_id, str(LetterKind.LINK), since):
                return
            language = as_language(letters.language_of(tx, link.letter_id)) or DEFAULT
            fresh = self.put(tx, LetterKind.LINK, link.person_id, language=language)
            letters.set_answer(tx, fresh, letters.answer_to(tx, link.letter_id))

    def tell(
        self, tx: Tx, kind: LetterKind, person_id: str, ref: str | None, language: Language
    ) -> None:
        """Tell a person of an act in the own name; its link opens the page as it stands."""
        letter_id = self.put(tx, kind, person_id, ref=ref, language=language)
        letters.set_answer(tx, letter_id, Answer.AGREED)

    def outbound(self) -> Outbound:
        """Return what became of all letters."""
        with self.db.read() as tx:
            counts = {State(name): count for name, count in letters.counts(tx).items()}
            failed, unknown = (
                tuple(_listed(row) for row in letters.in_state(tx, state, limit=_LISTED))
                for state in (State.FAILED, State.SENDING)
            )
        return Outbound(counts, failed, unknown)

    def send_due(self) -> int:
        """Send the confirmed letters whose time has come; return how many were taken over."""
        with self.db.read() as tx:
            due = letters.due(tx, now=seconds(self.clock.now()), limit=BATCH)
        taken = 0
        for letter_id in due:
            message = self._begin(letter_id)
            if message is None:
                continue
            try:
                self.mail.send(message)
            except PermanentMailError:
                self._refused(letter_id)
            except TemporaryMailError:
                self._later(letter_id)
                # A server that is away is away for the others, too.
                return taken
            except UncertainMailError:
                log.warning("letter may or may not have arrived", extra={"letter": letter_id})
            else:
                self._taken(letter_id)
                taken += 1
        return taken

    def _begin(self, letter_id: str) -> EmailMessage | None:
        """Note the attempt and return the mail; None where the letter does not go out."""
        with self.db.begin() as tx:
            letter = letters.claim(tx, letter_id)
            if letter is None:
                return None
            if letter.application_id is not None and not self._is_still_due(tx, letter):
                letters.drop(tx, letter)
                return None
            try:
                identity = self.identities.of(tx, letter.person_id)
            except ErasedError:
                letter.state = advance(letter.state, Event.CANCEL)
                return None
            if not identity.mails:
                _fail(letter, "no-address")
                return None
            try:
                message = self.messages.compose(tx, letter, identity)
            except LetterError:
                letters.drop_links(tx, letter.id)
                _fail(letter, "unfit")
                return None
            letter.state = advance(letter.state, Event.BEGIN)
            letter.tries += 1
            return message

    def _is_still_due(self, tx: Tx, letter: Letter) -> bool:
        """Tell whether a rejection letter still goes out; the offer goes if it must."""
        rejection = letters.rejection_of(tx, letter)
        due, _ = self._sorted(tx, [] if rejection is None else [rejection])
        if due and due[0].plain is not None:
            letter.template = LetterKind.REJECTION
        return bool(due)

    def _taken(self, letter_id: str) -> None:
        with self.db.begin() as tx:
            letter = tx.get_one(Letter, letter_id)
            letter.state = advance(letter.state, Event.TAKEN)
            letter.sent_at = seconds(self.clock.now())

    def _refused(self, letter_id: str) -> None:
        with self.db.begin() as tx:
            letters.drop_links(tx, letter_id)
            _fail(tx.get_one(Letter, letter_id), "refused")

    def _later(self, letter_id: str) -> None:
        """Put a letter back that nobody has; the next try makes new links."""
        with self.db.begin() as tx:
            letters.drop_links(tx, letter_id)
            letter = tx.get_one(Letter, letter_id)
            if letter.tries > RETRIES:
                _fail(letter, "given-up")
                return
            wait = min(_FIRST_WAIT * 2 ** (letter.tries - 1), _LONGEST_WAIT)
            letter.state = advance(letter.state, Event.LATER)
            letter.not_before = seconds(self.clock.now() + wait)

    def _sorted(self, tx: Tx, rejections: list[Rejection]) -> tuple[list[_Due], Counter[Withheld]]:
        """Return whose letter goes out, and how many get none, by reason."""
        due: list[_Due] = []
        excluded: Counter[Withheld] = Counter()
        today = local_day(self.clock.now())
        for one in rejections:
            decided = self._decide(tx, one, today)
            if isinstance(decided, Withheld):
                excluded[decided] += 1
            else:
                due.append(decided)
        return due, excluded

    def _decide(self, tx: Tx, rejection: Rejection, today: date) -> _Due | Withheld:
        reason = withheld(rejection.application.route, is_suppressed=rejection.is_suppressed)
        if reason is not None:
            return reason
        try:
            identity = self.identities.of(tx, rejection.application.person_id)
        except ErasedError:
            return Withheld.ERASED
        if not identity.mails:
            return Withheld.NO_ADDRESS
        if self.template == "rejection":
            return _Due(rejection, LetterKind.REJECTION, None)
        plain = plain_reason(_addressee(rejection, identity), today)
        template = LetterKind.RELAY if plain is None else LetterKind.REJECTION
        return _Due(rejection, template, plain)

    def _add(
        self,
        tx: Tx,
        kind: LetterKind,
        template: LetterKind,
        person_id: str,
        *,
        application_id: str | None = None,
        ref: str | None = None,
        language: Language = DEFAULT,
        state: State,
    ) -> Letter:
        now = seconds(self.clock.now())
        letter = Letter.new(
            id=new_id(),
            kind=str(kind),
            person_id=person_id,
            application_id=application_id,
            ref=ref,
            template=str(template),
            language=language,
            state=str(state),
            queued_at=now,
            not_before=now,
        )
        tx.add(letter)
        tx.flush()
        return letter


def _addressee(rejection: Rejection, identity: Identity) -> Addressee:
    return Addressee(
        identity.born_on, rejection.is_running, rejection.is_hired, rejection.has_declined
    )


def _letter(rejection: Rejection) -> Letter:
    if rejection.letter is None:
        raise TypeError("a rejection without its letter")
    return rejection.letter


def _fail(letter: Letter, fault: Fault) -> None:
    letter.state = advance(letter.state, Event.REFUSED)
    letter.fault = fault


def _listed(letter: Letter) -> ListedLetter:
    return ListedLetter(letter.id, letter.kind, letter.person_id, letter.queued_at, letter.fault)
