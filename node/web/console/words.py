"""The message ids that the console's templates look up by code."""

from node.web.console.applicants import ENDED_BY_NAMES, FAMILY_NAMES, FUTURES
from node.web.console.duplicates import REASONS
from node.web.console.imports import STATES
from node.web.console.introductions import INTRODUCTION_STATES, OUTCOME_ACTS
from node.web.console.letter_texts import (
    BAND_NAMES,
    FLAWS,
    KIND_NAMES,
    LANGUAGE_NAMES,
    UNFIT,
)
from node.web.console.letters import ENDED, FAULTS, LETTER_STATES, PLAIN, WITHHELD
from node.web.console.proposals import PROPOSAL_STATES, TABS
from node.web.console.relay import MOVES, PEER_STATES
from node.web.console.sources import KINDS, SOURCE_FAULTS
from node.web.console.today import WORDS


def words() -> dict[str, object]:
    """Return the tables by their name in templates."""
    return {
        "work_words": WORDS,
        "batch_states": STATES,
        "plain_reasons": PLAIN,
        "withheld_reasons": WITHHELD,
        "letter_states": LETTER_STATES,
        "letter_faults": FAULTS,
        "automatic_ends": ENDED,
        "letter_kinds": KIND_NAMES,
        "letter_bands": BAND_NAMES,
        "letter_flaws": FLAWS,
        "letter_unfit": UNFIT,
        "language_names": LANGUAGE_NAMES,
        "family_names": FAMILY_NAMES,
        "ended_by_names": ENDED_BY_NAMES,
        "future_names": FUTURES,
        "duplicate_reasons": REASONS,
        "proposal_states": PROPOSAL_STATES,
        "proposal_tabs": TABS,
        "introduction_states": INTRODUCTION_STATES,
        "outcome_acts": OUTCOME_ACTS,
        "peer_states": PEER_STATES,
        "moves": MOVES,
        "source_kinds": KINDS,
        "source_faults": SOURCE_FAULTS,
    }
