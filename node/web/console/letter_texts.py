"""What the pages of the letters' texts show, and their words."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from node.domain.letter_lint import Flaw
from node.domain.letters import Letter, LetterKind
from node.i18n import Language, message
from node.web.ui.parts import Choice
from protocol.taxonomy import StageBand

KIND_NAMES = {
    LetterKind.REJECTION: message("Result"),
    LetterKind.RELAY: message("Result with the offer"),
    LetterKind.OFFER: message("The offer alone"),
    LetterKind.REINVITATION: message("To a new opening of ours"),
    LetterKind.DISCLOSURE: message("A company would like to get in touch"),
    LetterKind.RECEIPT: message("Consent received"),
    LetterKind.ANSWERED: message("Answer received"),
    LetterKind.WITHDRAWN: message("Introduction stopped"),
    LetterKind.STOPPED: message("Offers stopped"),
    LetterKind.LINK: message("New link"),
    LetterKind.REQUESTED: message("Link that was asked for"),
}
BAND_NAMES = {
    StageBand.DOC: message("after the documents"),
    StageBand.INTERVIEW: message("after an interview"),
    StageBand.FINAL: message("after the final interview"),
}
LANGUAGE_NAMES: dict[Language, str] = {"ja": message("Japanese"), "en": message("English")}
FLAWS = {
    Flaw.SUBJECT: message("The subject is not one line of text."),
    Flaw.TOO_LONG: message("The text is too long."),
    Flaw.BRACES: message("Braces stand for a field alone; one here is none of the fields below."),
    Flaw.LINK: message("Link, code or last day is missing: nobody could answer."),
    Flaw.SENDER: message(
        "Company, representative, address or desk is missing; the law on mails asks for them."
    ),
    Flaw.OPT_OUT: message("The link to stop is missing; the law on mails asks for it."),
    Flaw.FIELD: message("A field that this letter needs is missing."),
    Flaw.EMPTY: message("A field would be empty in this letter."),
    Flaw.SECRET_SUBJECT: message("Links and the code must not stand in the subject."),
    Flaw.TWICE: message("The form of address stands twice."),
    Flaw.HTML: message("This is HTML; letters are plain text."),
    Flaw.IMAGE: message("Images are not sent: loading them would tell who reads."),
    Flaw.GIFT: message("Money or gifts for a consent are not allowed."),
    Flaw.ANONYMOUS: message(
        "The law gives that word another meaning; what is shown is no such data."
    ),
    Flaw.RESULT: message("This letter must say nothing of a result."),
    Flaw.LONG_SUBJECT: message("The subject is long; phones cut it."),
    Flaw.GIFT_WORD: message("A word may be read as a gift for the consent. Look at it once more."),
    Flaw.CODE_TWICE: message("The code stands twice."),
}
UNFIT = message("The letter cannot be shown for this person: a value is missing.")


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """A letter that the company wrote itself; *job* is "" where it is for all."""

    stem: str
    job_id: str
    job: str


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter in the list; *own* are the texts that the company wrote in its place."""

    stem: str
    kind: LetterKind
    band: StageBand | None
    own: tuple[OwnLetter, ...]


@dataclass(frozen=True, slots=True)
class LetterTextsPage:
    """What letter_texts.html shows."""

    TEMPLATE: ClassVar[str] = "letter_texts.html"

    lines: tuple[LetterLine, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """An older text; *is_shipped* where it only went back to the one beneath."""

    number: int
    written: datetime
    is_shipped: bool


@dataclass(frozen=True, slots=True)
class TextColumn:
    """The text in one language, what is wrong with it, and what it was before."""

    language: Language
    subject: str
    body: str
    is_own: bool
    blocking: tuple[Flaw, ...]
    advice: tuple[Flaw, ...]
    fields: tuple[str, ...]
    versions: tuple[Version, ...]
    preview: Letter | None = None
    is_unfit: bool = False


@dataclass(frozen=True, slots=True)
class LetterTextPage:
    """What letter_text.html shows: both languages side by side, and what was just done."""

    TEMPLATE: ClassVar[str] = "letter_text.html"

    stem: str
    kind: LetterKind
    band: StageBand | None
    job_id: str
    jobs: tuple[Choice, ...]
    people: tuple[Choice, ...]
    columns: tuple[TextColumn, ...]
    is_saved: bool = False
    is_refused: bool = False
    tested: str | None = None
    test_fault: str | None = None
