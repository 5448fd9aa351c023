"""Which rejected people get a letter now, in which form, and at which address."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

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
    plain_reason,
    withheld,
)
from node.domain.recipients import Scope as Suppressed
from node.domain.source import Source
from node.i18n import local_day
from node.services.identities import Identities
from node.services.purpose_notice import unnoticed
from node.storage import applicants, people
from node.storage.database import Tx
from node.storage.rejections import Rejection
from node.storage.vault import ErasedError
from protocol.taxonomy import Route


@dataclass(frozen=True, slots=True)
class Due:
    """A rejection whose letter goes out, in the form that it takes."""

    rejection: Rejection
    template: LetterKind
    plain: Plain | None


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

    def sorted(self, tx: Tx, rejections: list[Rejection]) -> tuple[list[Due], Counter[Withheld]]:
        """Return whose letter goes out, and how many get none, by reason."""
        due: list[Due] = []
        excluded: Counter[Withheld] = Counter()
        asked: set[str] = set()
        for one in rejections:
            decided = self.decide(tx, one)
            if isinstance(decided, Withheld):
                excluded[decided] += 1
                continue
            person_id = one.application.person_id
            if decided.plain is None and person_id in asked:
                decided = self._answered(one, Plain.ASKED)
            if decided.plain is None:
                asked.add(person_id)
            due.append(decided)
        return due, excluded

    def decide(self, tx: Tx, rejection: Rejection) -> Due | Withheld:
        """Return the letter of one rejection, or why there is none."""
        application = rejection.application
        reason = withheld(
            application.route,
            self.source(application.source),
            application.told,
            may_mail=application.may_mail,
        )
        if reason is not None:
            return reason
        identity = self._reachable(tx, application.person_id)
        if isinstance(identity, Withheld):
            return identity
        if self.template == "rejection":
            return Due(rejection, LetterKind.REJECTION, None)
        return self._answered(rejection, self._plain(self._once(tx, rejection), identity))

    def invitable(self, tx: Tx, rejection: Rejection) -> bool:
        """Tell whether a person who was told elsewhere may be asked, by hand and once."""
        application = rejection.application
        identity = self._reachable(tx, application.person_id)
        if isinstance(identity, Withheld) or not application.may_mail:
            return False
        return self._plain(self._once(tx, rejection), identity) is None

    def refusal(self, tx: Tx, rejection: Rejection) -> Plain | Withheld | None:
        """Return why a person who asks for the link gets none, None where it may go.

        That the person was asked lately is no reason, since now the person asks.
        """
        identity = self._reachable(tx, rejection.application.person_id)
        if isinstance(identity, Withheld):
            return identity
        return self._plain(replace(rejection, was_asked=False), identity)

    def usable(self, tx: Tx, person_id: str) -> Identity:
        """Return a person's identity without the addresses that bounced.

        Raises:
            ErasedError: it was erased.
        """
        identity = self.identities.of(tx, person_id)
        return replace(
            identity, mails=tuple(mail for mail in identity.mails if self._arrives(tx, mail))
        )

    def give_up(self, tx: Tx, mail: str) -> None:
        """Write to this address no more: no letter at all reaches it."""
        digest = self.identities.vault.blind("mail", mail_key(mail))
        day = local_day(self.clock.now()).isoformat()
        people.suppress_index(tx, digest, scope=Suppressed.ADDRESS, day=day)

    def _arrives(self, tx: Tx, mail: str) -> bool:
        digest = self.identities.vault.blind("mail", mail_key(mail))
        return not people.is_suppressed(tx, [digest], Suppressed.ADDRESS)

    def _reachable(self, tx: Tx, person_id: str) -> Identity | Withheld:
        try:
            identity = self.identities.of(tx, person_id)
        except ErasedError:
            return Withheld.ERASED
        if not identity.mails:
            return Withheld.NO_ADDRESS
        if not any(self._arrives(tx, mail) for mail in identity.mails):
            return Withheld.BOUNCED
        return identity

    def _once(self, tx: Tx, rejection: Rejection) -> Rejection:
        """Return *rejection*, asked for good where no notice covers the person and it was asked."""
        person_id = rejection.application.person_id
        if rejection.was_asked or not unnoticed(tx, self.sources, [person_id]):
            return rejection
        return replace(rejection, was_asked=applicants.was_ever_asked(tx, person_id))

    def _plain(self, rejection: Rejection, identity: Identity) -> Plain | None:
        application = rejection.application
        addressee = Addressee(
            route=Route(application.route),
            medium=application.medium,
            job=rejection.job,
            is_medium_checked=rejection.is_medium_checked,
            born_on=identity.born_on,
            is_running=rejection.is_running,
            is_hired=rejection.is_hired,
            has_declined=rejection.has_declined,
            is_never_asked=rejection.is_never_asked,
            was_asked=rejection.was_asked,
            future=None if application.future is None else Future(application.future),
        )
        return plain_reason(addressee, self.rules, local_day(self.clock.now()))

    def _answered(self, rejection: Rejection, plain: Plain | None) -> Due:
        template = LetterKind.RELAY if plain is None else LetterKind.REJECTION
        return Due(rejection, template, plain)
