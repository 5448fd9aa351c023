"""Re-invitations of past applicants: who may have one, and what it says."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from node.clock import Clock
from node.domain.applicant import Identity
from node.domain.matching import Match
from node.domain.merge_fields import MergeField
from node.domain.own_pool import History, Refusal, rank, refusal, spoken
from node.domain.recipients import is_student
from node.domain.vocabulary import Vocabulary
from node.i18n import (
    DEFAULT,
    Language,
    as_language,
    from_seconds,
    local_day,
    message,
    translate,
)
from node.services.openings import draft_of
from node.services.recipients import Recipients
from node.storage import openings, own_pool
from node.storage.database import Tx
from node.storage.own_pool import Past
from node.storage.tables.letter import Letter
from node.storage.tables.opening import Opening

_REACHED: Final = message("You went as far as this stage: %(stage)s.")
_KNOWS: Final = message("Your experience in our records: %(what)s.")
_JOIN: Final = message(", ")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One past applicant who fits an opening; *refusal* says why no letter may go now."""

    past: Past
    name: str = field(repr=False)
    match: Match
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Reinvitations:
    """Applies the rules of :mod:`node.domain.own_pool` to what is on file."""

    clock: Clock
    recipients: Recipients
    vocabulary: Vocabulary = field(repr=False)

    def candidates(self, tx: Tx, opening: Opening) -> list[Candidate]:
        """Return the past applicants who fit an opening, the best first."""
        return self._ranked(tx, opening, self._pool(tx))

    def is_due(self, tx: Tx, letter: Letter) -> bool:
        """Tell whether an invitation that was let go may still leave.

        The application that it names must still be the person's newest one.
        """
        invitation = own_pool.of_letter(tx, letter.id)
        opening = None if invitation is None else openings.get(tx, invitation.opening_id)
        if invitation is None or opening is None or not opening.is_open:
            return False
        pool = [
            past
            for past in self._pool(tx, letter.person_id)
            if past.application_id == invitation.application_id
        ]
        found = self._ranked(tx, opening, pool, besides=letter.id)
        return any(one.refusal is None for one in found)

    def values(self, tx: Tx, letter: Letter) -> dict[MergeField, str]:
        """Return the new opening and why it may suit the person; nothing for other letters."""
        invitation = own_pool.of_letter(tx, letter.id)
        opening = None if invitation is None else openings.get(tx, invitation.opening_id)
        if opening is None:
            return {}
        found = self._ranked(tx, opening, self._pool(tx, letter.person_id))
        language = as_language(letter.language) or DEFAULT
        why = "".join(self.why(one, language) for one in found)
        return {MergeField.OPENING: opening.title, MergeField.WHY: why}

    def why(self, candidate: Candidate, language: Language) -> str:
        """Return in one line why this opening may suit a person."""

        def label(family: str, code: str) -> str:
            return self.vocabulary.label(family, code, language)

        said = [translate(_REACHED, language) % {"stage": label("stage", candidate.past.furthest)}]
        known = [label(family, code) for family, code in spoken(candidate.match.reasons)]
        if known:
            what = translate(_JOIN, language).join(dict.fromkeys(known))
            said.append(translate(_KNOWS, language) % {"what": what})
        return ("" if language == "ja" else " ").join(said)

    def _pool(self, tx: Tx, person_id: str | None = None) -> list[Past]:
        """Return who may be contacted; pupils may by school and public office alone."""
        found = own_pool.pool(tx, today=self._today().isoformat(), person_id=person_id)
        return [past for past in found if not is_student(job=past.job, medium=past.medium)]

    def _ranked(
        self, tx: Tx, opening: Opening, pool: list[Past], *, besides: str = ""
    ) -> list[Candidate]:
        """Return who of *pool* fits; the invitation by the letter *besides* does not count."""
        by_person = {past.person_id: past for past in pool}
        ranked = rank(draft_of(opening).requirement, [past.values for past in pool])
        best = [match.token for match in ranked]
        invited = [one for one in own_pool.invitations(tx, best) if one.letter_id != besides]
        acts = own_pool.last_acts(tx, best)
        usable = self.recipients.usable_of(tx, best)
        found = []
        for match in ranked:
            mine = [one for one in invited if one.person_id == match.token]
            history = History(
                invited_on=[local_day(from_seconds(one.at)) for one in mine],
                last_act_on=acts[match.token],
                has_been_invited_to_it=any(one.opening_id == opening.id for one in mine),
            )
            why_not = refusal(history, self._today())
            identity = usable.get(match.token, Identity(""))
            if not identity.mails:
                why_not = Refusal.NO_ADDRESS
            found.append(Candidate(by_person[match.token], identity.name, match, why_not))
        return found

    def _today(self) -> date:
        return local_day(self.clock.now())
