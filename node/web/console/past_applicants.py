"""A past applicant of this company who fits a new opening, as its pages show him."""

from datetime import date

from node.domain.own_pool import Refusal
from node.domain.recipients import Future
from node.domain.vocabulary import Vocabulary
from node.i18n import message
from node.services.reinvitations import Candidate
from node.web.console.opening_cards import marks
from node.web.console.openings import PastApplicant

REFUSALS = {
    Refusal.OPENING: message("was invited to this opening"),
    Refusal.ENOUGH: message("was invited twice; that is enough"),
    Refusal.TOO_SOON: message("was invited within the last six months"),
    Refusal.TOO_LATE: message("has done nothing here for a year"),
    Refusal.NO_ADDRESS: message("no mail address"),
}


def past_applicant(candidate: Candidate, vocabulary: Vocabulary) -> PastApplicant:
    """Return one past applicant as a page shows him; neither age nor sex is among it."""
    past = candidate.past
    return PastApplicant(
        id=past.person_id,
        name=candidate.name,
        job=past.job,
        applied=date.fromisoformat(past.applied_on),
        furthest=vocabulary.word("stage", past.furthest),
        is_welcome=past.future == Future.WELCOME,
        marks=marks(candidate.match.reasons, vocabulary),
        refusal=None if candidate.refusal is None else REFUSALS[candidate.refusal],
    )
