"""Which rejected people get a letter now, in which form, and at which address."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from node.clock import Clock, seconds
from node.domain.applicant import Identity
from node.domain.contact import mail_key
from node.domain.letters import LetterKind
from node.domain.recipients import (
    ASK_EVERY,
    Addressee,
    AskRules,
    Future,
    Plain,
    Withheld,
    is_history,
    plain_reason,
    withheld,
)
from node.domain.source import Source
from node.i18n import from_seconds, local_day
from node.services.identities import Identities
from node.services.purpose_notice import unnoticed
from node.storage import applicants, people
from node.storage.database import Tx
from node.storage.rejections import Rejection
from node.storage.vault import ErasedError
from protocol.taxonomy import Route

_AT_ONCE: Final = 1_000  # rejections whose people are read together


@dataclass(frozen=True, slots=True)
class Due:
    """A rejection whose letter goes out, in the form that it takes."""

    rejection: Rejection
    template: LetterKind
    plain: Plain | None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of somebody who can be written to.

    *is_asked_for_good* where no notice of purpose covers the person, who was asked once.
    """

    born_on: date | None = field(repr=False)
    is_asked_for_good: bool


@dataclass(frozen=True, slots=True)
class Recipients:
    """Applies the rules of :mod:`node.domain.recipients`; *template* is the company's own."""

    clock: Clock
    identities: Identities
    sources: Mapping[str, Source]
    rules: AskRules
    template: Literal["rejection", "relay"]

    def source(self, name: str) -> Source:
        """Return a source, with the plain settings where it has none of its own."""
        return self.sources.get(name, Source(name))

    def asked_since(self) -> int:
        """Return the Unix seconds after which somebody who was asked is not asked again."""
        return seconds(self.clock.now() - ASK_EVERY)

    def sorted(
        self, tx: Tx, rejections: Sequence[Rejection]
    ) -> tuple[list[Due], Counter[Withheld]]:
        """Return whose letter goes out, and how many get none, by reason."""
        due: list[Due] = []
        excluded: Counter[Withheld] = Counter()
        asked: set[str] = set()
        for one, decided in self._decided(tx, rejections):
            if isinstance(decided, Withheld):
                excluded[decided] += 1
                continue
            person_id = one.application.person_id
            found = decided
            if found.plain is None and person_id in asked:
                found = _answered(one, Plain.ASKED)
            if found.plain is None:
                asked.add(person_id)
            due.append(found)
        return due, excluded

    def decide(self, tx: Tx, rejection: Rejection) -> Due | Withheld:
        """Return the letter of one rejection, or why there is none."""
        ((_, decided),) = self._decided(tx, [rejection])
        return decided

    def invitable(self, tx: Tx, rejections: Sequence[Rejection]) -> list[Rejection]:
        """Return those of people told elsewhere who may be asked, by hand and once."""
        mailed = [one for one in rejections if one.application.may_mail]
        return [
            one
            for one, known in self._known(tx, mailed)
            if not isinstance(known, Withheld) and self._plain(one, known) is None
        ]

    def refusals(self, tx: Tx, rejections: Sequence[Rejection]) -> list[Plain | Withheld | None]:
        """Return of each why a person who asks for the link gets none, None where it may go.

        That the person was asked lately is no reason, since now the person asks.
        """
        return [
            known
            if isinstance(known, Withheld)
            else self._plain(replace(one, was_asked=False), replace(known, is_asked_for_good=False))
            for one, known in self._known(tx, rejections)
        ]

    def usable(self, tx: Tx, person_id: str) -> Identity:
        """Return a person's identity without the addresses that bounced.

        Raises:
            ErasedError: it was erased.
        """
        found = self.usable_of(tx, [person_id])
        if person_id not in found:
            raise ErasedError
        return found[person_id]

    def usable_of(self, tx: Tx, people_ids: Collection[str]) -> dict[str, Identity]:
        """Return such an identity of each who was not erased."""
        found = self._usable(tx, people_ids)
        return {key: replace(identity, mails=mails) for key, (identity, mails) in found.items()}

    def give_up(self, tx: Tx, mail: str) -> None:
        """Write to this address no more, until its owner applies with it again."""
        people.give_up(tx, self._digest(mail), day=local_day(self.clock.now()).isoformat())

    def _decided(
        self, tx: Tx, rejections: Sequence[Rejection]
    ) -> Iterator[tuple[Rejection, Due | Withheld]]:
        reasons = {one.application.id: self._withheld(one) for one in rejections}
        open_ = [one for one in rejections if reasons[one.application.id] is None]
        known = {one.application.id: found for one, found in self._known(tx, open_)}
        for one in rejections:
            decided = reasons[one.application.id] or known[one.application.id]
            if isinstance(decided, Withheld):
                yield one, decided
            elif self.template == "rejection":
                yield one, Due(one, LetterKind.REJECTION, None)
            else:
                yield one, _answered(one, self._plain(one, decided))

    def _withheld(self, rejection: Rejection) -> Withheld | None:
        """Return why the letter stays away, as far as the application alone tells."""
        application, letter = rejection.application, rejection.letter
        source = self.source(application.source)
        ended = application.ended_on
        queued = self.clock.now() if letter is None else from_seconds(letter.queued_at)
        if is_history(
            source,
            ended_on=None if ended is None else date.fromisoformat(ended),
            on=local_day(queued),
        ):
            return Withheld.TOLD
        return withheld(application.route, source, application.told, may_mail=application.may_mail)

    def _known(
        self, tx: Tx, rejections: Sequence[Rejection]
    ) -> Iterator[tuple[Rejection, _Known | Withheld]]:
        """Give each rejection with what is known of its person, read for many at once."""
        for start in range(0, len(rejections), _AT_ONCE):
            some = rejections[start : start + _AT_ONCE]
            people_ids = {one.application.person_id for one in some}
            usable = self._usable(tx, people_ids)
            uncovered = unnoticed(tx, self.sources, people_ids)
            asked = applicants.ever_asked(tx, uncovered) if uncovered else set()
            for one in some:
                person_id = one.application.person_id
                if person_id not in usable:
                    yield one, Withheld.ERASED
                    continue
                identity, mails = usable[person_id]
                if mails:
                    yield one, _Known(identity.born_on, person_id in asked)
                else:
                    yield one, Withheld.BOUNCED if identity.mails else Withheld.NO_ADDRESS

    def _usable(
        self, tx: Tx, people_ids: Collection[str]
    ) -> dict[str, tuple[Identity, tuple[str, ...]]]:
        """Return who was not erased, with the addresses that mail arrives at."""
        found = self.identities.of_all(tx, people_ids)
        digests = {mail: self._digest(mail) for one in found.values() for mail in one.mails}
        bounced = people.bounced(tx, digests.values()) if digests else {}
        # Who applied after a bounce was reached at that address since.
        applied: dict[str, str] = {}
        for person_id, _, day in applicants.applied(tx, people_ids) if bounced else ():
            applied[person_id] = max(applied.get(person_id, day), day)
        return {
            person_id: (
                one,
                tuple(
                    mail
                    for mail in one.mails
                    if digests[mail] not in bounced
                    or bounced[digests[mail]] < applied.get(person_id, "")
                ),
            )
            for person_id, one in found.items()
        }

    def _digest(self, mail: str) -> bytes:
        return self.identities.vault.blind("mail", mail_key(mail))

    def _plain(self, rejection: Rejection, known: _Known) -> Plain | None:
        application = rejection.application
        addressee = Addressee(
            route=Route(application.route),
            medium=application.medium,
            job=rejection.job,
            is_medium_checked=rejection.is_medium_checked,
            born_on=known.born_on,
            is_running=rejection.is_running,
            is_hired=rejection.is_hired,
            has_declined=rejection.has_declined,
            is_never_asked=rejection.is_never_asked,
            was_asked=rejection.was_asked or known.is_asked_for_good,
            future=None if application.future is None else Future(application.future),
        )
        return plain_reason(addressee, self.rules, local_day(self.clock.now()))


def _answered(rejection: Rejection, plain: Plain | None) -> Due:
    template = LetterKind.RELAY if plain is None else LetterKind.REJECTION
    return Due(rejection, template, plain)
