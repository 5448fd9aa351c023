"""The mapping of rows that are written in the record's own words, as the JSON API takes them."""

from typing import Final

from node.domain.applicant import Outcome, StageResult
from node.domain.field import MEANINGS
from node.domain.mapping import ColumnMapping, End, Numbers, read_end
from node.i18n import Bilingual
from protocol.taxonomy import CandidateEnd, EndedBy, Reason, Stage

END_CODES: Final = (
    str(Outcome.RUNNING),
    str(Outcome.HIRED),
    *EndedBy,
    *(f"{EndedBy.ORG}:{reason}" for reason in Reason),
    *(f"{EndedBy.CANDIDATE}:{kind}" for kind in CandidateEnd),
)
GRADES: Final = ("5", "4", "3", "2", "1")


def own_words() -> ColumnMapping:
    """Return the mapping in which every field, stage and end stands for itself."""
    ends: dict[str, End] = {code: read_end(code) for code in END_CODES}
    return ColumnMapping(
        name="api",
        label=Bilingual("JSON API", "JSON API"),
        columns={meaning: meaning for meaning in MEANINGS},
        ends=ends,
        steps={str(stage): stage for stage in Stage},
        results={str(result): result for result in StageResult},
        grades=GRADES,
        numbers=Numbers.OPTIONAL,
    )
