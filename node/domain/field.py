"""The fields of the uniform record that a column of a file or of a system can mean."""

from enum import StrEnum
from functools import cache
from typing import Final

from protocol.taxonomy import Stage


class Field(StrEnum):
    """What one column says of a person or of an application."""

    APPLICATION_ID = "application_id"
    CANDIDATE_ID = "candidate_id"
    NAME = "name"
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    KANA = "kana"
    FAMILY_KANA = "family_kana"
    GIVEN_KANA = "given_kana"
    BORN_ON = "born_on"
    MAIL = "mail"
    PHONE = "phone"
    POSTAL = "postal"
    ADDRESS = "address"
    EMPLOYER = "employer"
    EMPLOYER_NUMBER = "employer_number"
    JOB = "job"
    OCCUPATION = "occupation"
    ROUTE = "route"
    MEDIUM = "medium"
    EMPLOYMENT = "employment"  # the form of employment; who is dispatched is not taken in
    DISPATCHER = "dispatcher"  # the agency that dispatches the person
    APPLIED_ON = "applied_on"
    YEARS = "years"
    SKILLS = "skills"
    NOTES = "notes"  # free text, read for skills alone and never kept
    STEP = "step"  # the stage that the selection is in
    END = "end"  # who ended it, or why
    REASON = "reason"  # why the company ended it
    ENDED_ON = "ended_on"
    REJECTED_ON = "rejected_on"  # three days of which one is filled, and so tells who ended it
    WITHDREW_ON = "withdrew_on"
    JOINED_ON = "joined_on"
    COST = "cost"
    MAY_MAIL = "may_mail"


class StageField(StrEnum):
    """What one column says of one stage."""

    ON = "on"
    RESULT = "result"
    RATING = "rating"
    INTERVIEWER = "interviewer"


# The columns of one meaning that may occur more than once; their cells are joined.
REPEATABLE: Final = frozenset({Field.MAIL, Field.PHONE, Field.SKILLS, Field.NOTES, Field.ADDRESS})
STAGES: Final = (
    Stage.CASUAL,
    Stage.SCREENING,
    Stage.TEST,
    Stage.INTERVIEW_1,
    Stage.INTERVIEW_2,
    Stage.INTERVIEW_3PLUS,
    Stage.FINAL,
    Stage.OFFER,
)

Meaning = str  # the value of a Field, or "<stage>.<StageField>"


@cache
def of_stage(stage: Stage, part: StageField) -> Meaning:
    """Return the meaning of a column of one stage, such as ``iv1.on``."""
    return f"{stage}.{part}"


MEANINGS: Final[tuple[Meaning, ...]] = (
    *Field,
    *(of_stage(stage, part) for stage in STAGES for part in StageField),
)
