"""The message ids that the candidate's templates look up by code."""

from node.web.portal.consent import FIELD_NAMES
from node.web.portal.disclosure import IDENTITY_NAMES
from node.web.portal.link import FAULTS
from node.web.portal.status import ANSWER_STATES, CONSENT_STATES


def words() -> dict[str, object]:
    """Return the tables by their name in templates."""
    return {
        "field_names": FIELD_NAMES,
        "identity_names": IDENTITY_NAMES,
        "faults": FAULTS,
        "consent_states": CONSENT_STATES,
        "answer_states": ANSWER_STATES,
    }
