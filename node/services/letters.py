"""Letters: the groups that an operator lets go or stops, and those that answer an act."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from crypto.hashing import sha256
from node.clock import Clock, seconds
from node.domain.applicant import Identity
from node.domain.automatic import Ended
from node.domain.hold import Hold, goes_at
from node.domain.letter_life import Event, State, advance
from node.domain.letters import BANDED, Answer, LetterKind
from node.domain.letters import Letter as FilledLetter
from node.domain.recipients import OLD, Plain, Told, Withheld, told
from node.i18n import DEFAULT, Language, as_language, local_day
from node.services.errors import HeadCountError, NothingToDoError
from node.services.letter_message import LetterMessages
from node.services.letter_samples import LetterSamples
from node.services.letter_sending import LetterSending
from node.services.recipients import Due, Recipients
from node.storage import dispatches, letter_texts, letters, rejections
from node.storage.database import Database, Tx
from node.storage.rejections import Rejection, Unjudged
from node.storage.tables.dispatch import Dispatch
from node.storage.tables.letter import Letter
from protocol.identifiers import new_id

EASY: Final = 20  # letters that one click lets go; more ask for the number
UNSTOPPABLE: Final = timedelta(days=1)  # for so long a stop can be undone
COMMAND_LINE: Final = 0  # in place of an operator's number
_LISTED: Final = 100
_JUDGED: Final = 5_000  # rejections a transaction
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
    goes_at: datetime
    invitable: int  # people who were told elsewhere and may be asked once
    restorable: int  # letters that were stopped, as long as that can be undone
    sample: FilledLetter | None  # one of the group as it will be read


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """One letter in a list of those that an operator should look at."""

    id: str
    kind: str
    person_id: str
    name: str = field(repr=False)  # "" where the person was erased
    mail: str = field(repr=False)
    queued_at: int
    fault: str | None


@dataclass(frozen=True, slots=True)
class Outbound:
    """What became of all letters; *unknown* may or may not have arrived."""

    counts: Mapping[State, int]
    failed: tuple[ListedLetter, ...]
    unknown: tuple[ListedLetter, ...]


@dataclass(frozen=True, slots=True)
class Letters:
    """Use cases on letters."""

    db: Database
    clock: Clock
    recipients: Recipients
    messages: LetterMessages
    sending: LetterSending
    hold: Hold

    def queue_rejections(self) -> int:
        """Queue a letter for each rejected application that calls for one; return how many.

        A rejection that is seen for the first time is judged before: who tells it.
        """
        self._judge()
        with self.db.begin() as tx:
            since = self.recipients.asked_since()
            found = rejections.unlettered(tx, since=since, ended_since=self._new_since())
            due, _ = self.recipients.sorted(tx, found)
            for one in due:
                self._add_for(tx, one.rejection, LetterKind.REJECTION, one.template)
            return len(due)

    def to_confirm(self) -> int:
        """Return how many letters wait for a confirmation."""
        with self.db.read() as tx:
            found = rejections.queued(tx, since=self.recipients.asked_since())
            due, _ = self.recipients.sorted(tx, found)
            return len(due)

    def summary(self) -> Queue:
        """Return the group as it stands now."""
        since = self.recipients.asked_since()
        with self.db.read() as tx:
            due, stale = self.recipients.sorted(tx, rejections.queued(tx, since=since))
            day = self._new_since()
            unlettered = rejections.unlettered(tx, since=since, ended_since=day)
            _, excluded = self.recipients.sorted(tx, unlettered)
            elsewhere = rejections.told_elsewhere(tx, ended_before=day)
            invitable = len(self._invitable(tx))
            restorable = len(rejections.stopped(tx, since=self._stopped_since()))
            sample = LetterSamples(self.clock, self.recipients, self.messages).of(tx, due)
        jobs = Counter(one.rejection.job for one in due)
        excluded += stale
        if elsewhere:
            excluded[Withheld.TOLD] += elsewhere
        return Queue(
            letters=len(due),
            with_offer=sum(one.template == LetterKind.RELAY for one in due),
            jobs=tuple(sorted(jobs.items(), key=lambda job: (-job[1], job[0]))),
            without_offer=Counter(one.plain for one in due if one.plain is not None),
            excluded=excluded,
            goes_at=goes_at(self.clock.now(), self.hold),
            invitable=invitable,
            restorable=restorable,
            sample=sample,
        )

    def confirm(self, expected: int, *, operator_id: int = COMMAND_LINE) -> int:
        """Let the waiting letters go after their hold; return how many.

        The group is looked at once more: who is no longer due gets none.

        Raises:
            HeadCountError: it has not *expected* letters; nothing was changed.
        """
        since = self.recipients.asked_since()
        with self.db.begin() as tx:
            due, _ = self.recipients.sorted(tx, rejections.queued(tx, since=since))
            if len(due) != expected:
                raise HeadCountError(len(due))
            self.let_go(tx, due, operator_id, goes_at(self.clock.now(), self.hold))
            going = {one.rejection.application.id for one in due}
            for row in letters.in_state(tx, State.QUEUED):
                if row.application_id not in going:
                    letters.drop(tx, row)
            return len(due)

    def invite(self, expected: int) -> int:
        """Ask everybody who was told elsewhere and may be asked, once; return how many.

        Raises:
            HeadCountError: there are not *expected* of them; nothing was changed.
        """
        with self.db.begin() as tx:
            found = self._invitable(tx)
            if len(found) != expected:
                raise HeadCountError(len(found))
            for one in found:
                letter = self._add_for(tx, one, LetterKind.OFFER, LetterKind.OFFER)
                letter.state = advance(letter.state, Event.CONFIRM)
                letter.not_before = seconds(goes_at(self.clock.now(), self.hold))
            return len(found)

    def cancel(self) -> int:
        """Stop every letter on a result that is not under way; return how many.

        What goes without a hand ends with it, or the next ones would follow.
        For a day results can be put back; then they wait for a confirmation again. An
        invitation is forgotten: who was not invited may be, later.
        """
        now = seconds(self.clock.now())
        with self.db.begin() as tx:
            stopped = rejections.held(tx, State.QUEUED, State.CONFIRMED)
            for letter in stopped:
                if letter.kind != LetterKind.REJECTION:
                    letters.drop(tx, letter)
                    continue
                letter.state = advance(letter.state, Event.CANCEL)
                letter.stopped_at = now
            for dispatch_id in {one.dispatch_id for one in stopped if one.dispatch_id}:
                tx.get_one(Dispatch, dispatch_id).stopped_at = now
            for settled in dispatches.running(tx):
                settled.ended_at, settled.why = now, str(Ended.STOPPED)
            return len(stopped)

    def restore(self) -> int:
        """Put back what was stopped within a day; return how many letters wait again.

        Raises:
            NothingToDoError: there is none.
        """
        with self.db.begin() as tx:
            stopped = rejections.stopped(tx, since=self._stopped_since())
            if not stopped:
                raise NothingToDoError("no stop to undo")
            for letter in stopped:
                letter.stopped_at = letter.dispatch_id = None
                letter.state = advance(letter.state, Event.RESTORE)
            return len(stopped)

    def let_go(self, tx: Tx, due: list[Due], operator_id: int | None, at: datetime) -> None:
        """Let the waiting letters of *due* go at a time, as one group a source."""
        sources = Counter(one.rejection.application.source for one in due)
        groups = {
            source: Dispatch.new(
                id=new_id(),
                source=source,
                version=self.version(tx),
                operator_id=operator_id,
                letters=number,
                made_at=seconds(self.clock.now()),
            )
            for source, number in sources.items()
        }
        tx.add_all(groups.values())
        tx.flush()
        for one in due:
            letter = letter_of(one.rejection)
            letter.template = one.template
            letter.state = advance(letter.state, Event.CONFIRM)
            letter.dispatch_id = groups[one.rejection.application.source].id
            letter.not_before = seconds(at)

    def version(self, tx: Tx) -> str:
        """Return 16 hex digits that change with every text that rejected people may get."""
        shipped = [
            one.version for one in self.messages.texts.shipped.values() if one.kind in BANDED
        ]
        own = [
            f"{one.place} {one.job_id} {one.language} {one.number}"
            for one in letter_texts.written(tx)
        ]
        return sha256("\n".join(sorted(shipped) + sorted(own)).encode()).hex()[:16]

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
                self._listed(tx, letters.in_state(tx, state, limit=_LISTED))
                for state in (State.FAILED, State.SENDING)
            )
        return Outbound(counts, failed, unknown)

    def send_due(self) -> int:
        """Send the confirmed letters whose time has come; return how many were taken over."""
        return self.sending.send_due()

    def _listed(self, tx: Tx, rows: list[Letter]) -> tuple[ListedLetter, ...]:
        people = self.recipients.identities.of_all(tx, {row.person_id for row in rows})
        found = []
        for row in rows:
            identity = people.get(row.person_id, Identity(""))
            mail = next(iter(identity.mails), "")
            found.append(
                ListedLetter(
                    row.id, row.kind, row.person_id, identity.name, mail, row.queued_at, row.fault
                )
            )
        return tuple(found)

    def _judge(self) -> None:
        """Note of each new rejection who tells it, some thousands a transaction."""
        with self.db.begin() as tx:
            rejections.note_open(tx)
        is_more = True
        while is_more:
            with self.db.begin() as tx:
                found = rejections.unjudged(tx, limit=_JUDGED)
                for who in (Told.HERE, Told.ELSEWHERE):
                    rejections.judge(tx, [one.id for one in found if self._told(one) is who], who)
                is_more = len(found) == _JUDGED

    def _told(self, one: Unjudged) -> Told:
        last = one.last_stage_on or one.applied_on
        return told(
            self.recipients.source(one.source),
            ended_on=None if one.ended_on is None else date.fromisoformat(one.ended_on),
            last_seen_on=date.fromisoformat(last),
            was_open=one.was_open,
            on=local_day(self.clock.now()),
        )

    def _invitable(self, tx: Tx) -> list[Rejection]:
        if self.recipients.template == "rejection":
            return []
        found = rejections.uninvited(tx, since=self.recipients.asked_since())
        return self.recipients.invitable(tx, found)

    def _new_since(self) -> str:
        return (local_day(self.clock.now()) - OLD).isoformat()

    def _stopped_since(self) -> int:
        return seconds(self.clock.now() - UNSTOPPABLE)

    def _add_for(
        self, tx: Tx, rejection: Rejection, kind: LetterKind, template: LetterKind
    ) -> Letter:
        application = rejection.application
        return self._add(
            tx,
            kind,
            template,
            application.person_id,
            application_id=application.id,
            state=State.QUEUED,
        )

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


def letter_of(rejection: Rejection) -> Letter:
    """Return the letter of a rejection that has one."""
    if rejection.letter is None:
        raise TypeError("a rejection without its letter")
    return rejection.letter
