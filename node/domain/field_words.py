"""How the fields of the uniform record read to a person who maps columns to them."""

from collections.abc import Iterator
from typing import Final

from node.domain.field import STAGES, Field, Meaning, StageField, of_stage
from node.domain.vocabulary import Vocabulary
from node.i18n import Bilingual, message, translate

_FIELDS: Final[dict[Field, str]] = {
    Field.APPLICATION_ID: message("Number of the application"),
    Field.CANDIDATE_ID: message("Number of the person"),
    Field.NAME: message("Full name"),
    Field.FAMILY_NAME: message("Family name"),
    Field.GIVEN_NAME: message("Given name"),
    Field.KANA: message("Full name in kana"),
    Field.FAMILY_KANA: message("Family name in kana"),
    Field.GIVEN_KANA: message("Given name in kana"),
    Field.BORN_ON: message("Birth date"),
    Field.MAIL: message("Mail address"),
    Field.PHONE: message("Phone number"),
    Field.POSTAL: message("Postal code"),
    Field.ADDRESS: message("Prefecture or address"),
    Field.EMPLOYER: message("Present employer"),
    Field.EMPLOYER_NUMBER: message("Corporate number of the present employer"),
    Field.JOB: message("Job applied for"),
    Field.OCCUPATION: message("Occupation of the job"),
    Field.ROUTE: message("Route of the application"),
    Field.MEDIUM: message("Medium"),
    Field.EMPLOYMENT: message("Form of employment (dispatched people are not taken in)"),
    Field.DISPATCHER: message("Agency that dispatches the person"),
    Field.APPLIED_ON: message("Day of the application"),
    Field.YEARS: message("Years of experience"),
    Field.SKILLS: message("Skills, separated"),
    Field.NOTES: message("Free text (read for skills, not kept)"),
    Field.STEP: message("Present step of the selection"),
    Field.END: message("How it ended, or who ended it"),
    Field.REASON: message("Reason of the rejection"),
    Field.ENDED_ON: message("Day of the end"),
    Field.REJECTED_ON: message("Day of the rejection (tells that the company ended it)"),
    Field.WITHDREW_ON: message("Day of the withdrawal (tells that the candidate ended it)"),
    Field.JOINED_ON: message("Day of joining (tells that the person was hired)"),
    Field.COST: message("Cost in yen"),
    Field.MAY_MAIL: message("May be mailed (yes or no)"),
}
_PARTS: Final[dict[StageField, str]] = {
    StageField.ON: message("day"),
    StageField.RESULT: message("result"),
    StageField.RATING: message("rating"),
    StageField.INTERVIEWER: message("interviewer"),
}
_PERSON: Final = tuple(Field)[: tuple(Field).index(Field.JOB)]
_END: Final = (
    Field.STEP,
    Field.END,
    Field.REASON,
    Field.ENDED_ON,
    Field.REJECTED_ON,
    Field.WITHDREW_ON,
    Field.JOINED_ON,
)


def groups(vocabulary: Vocabulary) -> Iterator[tuple[Bilingual, tuple[Meaning, ...]]]:
    """Yield every meaning of a column, in groups with their headings."""
    person = (one for one in _PERSON if one is not Field.APPLICATION_ID)
    yield _said(message("The person")), tuple(person)
    rest = (one for one in Field if one not in _PERSON and one not in _END)
    yield _said(message("The application")), (Field.APPLICATION_ID, *rest)
    yield _said(message("The end of the selection")), _END
    for stage in STAGES:
        yield vocabulary.word("stage", stage), tuple(of_stage(stage, part) for part in StageField)


def meaning_word(meaning: Meaning, vocabulary: Vocabulary) -> Bilingual:
    """Return what a meaning such as ``mail`` or ``iv1.on`` is called."""
    stage, _, part = meaning.partition(".")
    if not part:
        return _said(_FIELDS[Field(meaning)])
    label, said = vocabulary.word("stage", stage), _said(_PARTS[StageField(part)])
    return Bilingual(f"{label.ja}・{said.ja}", f"{label.en}: {said.en}")


def _said(text: str) -> Bilingual:
    return Bilingual(translate(text, "ja"), translate(text, "en"))
