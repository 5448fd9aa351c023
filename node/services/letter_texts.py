"""The texts of letters: the shipped ones, and a company's own in versions.

LetterTextError
+-- FlawedTextError    a flaw that must not stand; nothing was kept
+-- NoSuchTextError    no such job or version
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from node.clock import Clock, seconds
from node.domain.letter_lint import Flaw, is_blocking, lint
from node.domain.letters import BANDED, LetterKind, LetterPlace, LetterTemplate
from node.i18n import LANGUAGES, Language, as_language, from_seconds
from node.services.errors import ServiceError
from node.storage import letter_texts
from node.storage.database import Database, Tx
from node.storage.letter_texts import AppliedTo
from node.storage.tables.letter_text import LetterText
from protocol.taxonomy import STAGE_BAND_OF, Stage, StageBand

ALL_JOBS: Final = ""
SHIPPED: Final = 0  # the number of the shipped text among the versions
_KEPT: Final = 20  # versions that a page lists


class LetterTextError(ServiceError):
    """Any refusal about the texts of letters."""


class FlawedTextError(LetterTextError):
    """A flaw that must not stand; *flaws* are those of each language that has one."""

    def __init__(self, flaws: Mapping[Language, tuple[Flaw, ...]]) -> None:
        super().__init__("the text has a flaw that must not stand")
        self.flaws = flaws


class NoSuchTextError(LetterTextError):
    """No such job or version."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as somebody writes it."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class TextVersion:
    """One version; *is_shipped* where it only went back to the text beneath."""

    number: int
    written: datetime
    is_shipped: bool


@dataclass(frozen=True, slots=True)
class EditedText:
    """One text in one language as it is in use, and what it was before."""

    language: Language
    draft: Draft
    is_own: bool
    versions: tuple[TextVersion, ...]  # the newest first


@dataclass(frozen=True, slots=True)
class OwnText:
    """A letter that the company wrote itself, for one job or for all ("")."""

    place: LetterPlace
    job_id: str
    job: str


@dataclass(frozen=True, slots=True)
class LetterTexts:
    """Use cases on the texts of letters."""

    db: Database
    clock: Clock
    shipped: Mapping[tuple[LetterPlace, Language], LetterTemplate] = field(repr=False)

    def choose(
        self, tx: Tx, kind: LetterKind, language: Language, applied: AppliedTo | None
    ) -> LetterTemplate:
        """Return the text of a letter: of its job and stage, else of its stage, else shipped.

        Raises:
            LetterError: an own text is of an older version and cannot be used any more.
        """
        band = None
        if kind in BANDED:
            band = StageBand.DOC if applied is None else STAGE_BAND_OF[Stage(applied.furthest)]
        place = LetterPlace(kind, band)
        job_id = ALL_JOBS if applied is None else applied.job_id
        draft, _ = self._in_use(tx, place, job_id, language)
        return LetterTemplate(kind, language, draft.subject, draft.body)

    def own(self) -> list[OwnText]:
        """Return the letters that the company wrote itself, in the order of the places."""
        with self.db.read() as tx:
            titles = dict(letter_texts.jobs(tx))
            found = {(row.place, row.job_id) for row in letter_texts.written(tx) if row.body}
        return [
            OwnText(place, job_id, titles.get(job_id, ""))
            for place in sorted({key[0] for key in self.shipped})
            for job_id in sorted({job for stem, job in found if stem == place.stem})
        ]

    def jobs(self) -> list[tuple[str, str]]:
        """Return id and title of the jobs that a text may be for."""
        with self.db.read() as tx:
            return letter_texts.jobs(tx)

    def edited(self, place: LetterPlace, job_id: str) -> tuple[EditedText, ...]:
        """Return a text in each language.

        Raises:
            NoSuchTextError: there is no such job.
        """
        with self.db.read() as tx:
            self._check_job(tx, job_id)
            return tuple(self._edited(tx, place, job_id, language) for language in LANGUAGES)

    def save(
        self, place: LetterPlace, job_id: str, drafts: Mapping[Language, Draft], operator_id: int
    ) -> None:
        """Keep a new version of each language whose text is another than the one in use.

        Raises:
            NoSuchTextError: there is no such job.
            FlawedTextError: a text must not be sent as it stands; nothing was kept.
        """
        found = {
            language: lint(place.kind, language, draft.subject, draft.body)
            for language, draft in drafts.items()
        }
        flawed = {language: flaws for language, flaws in found.items() if is_blocking(flaws)}
        if flawed:
            raise FlawedTextError(flawed)
        with self.db.begin() as tx:
            self._check_job(tx, job_id)
            for language, draft in drafts.items():
                if self._in_use(tx, place, job_id, language)[0] != draft:
                    self._add(tx, place, job_id, language, draft, operator_id)

    def restore(
        self, place: LetterPlace, job_id: str, language: Language, number: int, operator_id: int
    ) -> None:
        """Use an older version again, or at :data:`SHIPPED` the text beneath.

        Raises:
            NoSuchTextError: there is no such job or version.
        """
        with self.db.begin() as tx:
            self._check_job(tx, job_id)
            draft = None
            if number != SHIPPED:
                row = letter_texts.version(tx, place.stem, job_id, language, number)
                if row is None:
                    raise NoSuchTextError("no such version")
                draft = _draft(row)
            self._add(tx, place, job_id, language, draft, operator_id)

    def _in_use(
        self, tx: Tx, place: LetterPlace, job_id: str, language: Language
    ) -> tuple[Draft, bool]:
        """Return the text in use, and whether it was written for just this job."""
        for one in dict.fromkeys((job_id, ALL_JOBS)):
            row = letter_texts.current(tx, place.stem, one, language)
            draft = None if row is None else _draft(row)
            if draft is not None:
                return draft, one == job_id
        template = self.shipped[place, language]
        return Draft(template.subject, template.body), False

    def _edited(self, tx: Tx, place: LetterPlace, job_id: str, language: Language) -> EditedText:
        draft, is_own = self._in_use(tx, place, job_id, language)
        rows = letter_texts.versions(tx, place.stem, job_id, language, limit=_KEPT)
        versions = (
            TextVersion(row.number, from_seconds(row.written_at), row.body is None) for row in rows
        )
        return EditedText(language, draft, is_own, tuple(versions))

    def _check_job(self, tx: Tx, job_id: str) -> None:
        if job_id != ALL_JOBS and job_id not in dict(letter_texts.jobs(tx)):
            raise NoSuchTextError("no such job")

    def _add(
        self,
        tx: Tx,
        place: LetterPlace,
        job_id: str,
        language: Language,
        draft: Draft | None,
        operator_id: int,
    ) -> None:
        last = letter_texts.current(tx, place.stem, job_id, language)
        tx.add(
            LetterText.new(
                place=place.stem,
                job_id=job_id,
                language=language,
                number=1 if last is None else last.number + 1,
                subject=None if draft is None else draft.subject,
                body=None if draft is None else draft.body,
                written_at=seconds(self.clock.now()),
                operator_id=operator_id,
            )
        )
        tx.flush()


def place_of(stem: str) -> LetterPlace:
    """Return the place of that name.

    Raises:
        NoSuchTextError: there is none.
    """
    kind, _, band = stem.partition(".")
    try:
        place = LetterPlace(LetterKind(kind), StageBand(band) if band else None)
    except ValueError:
        raise NoSuchTextError("no such letter") from None
    if (place.band is not None) != (place.kind in BANDED):
        raise NoSuchTextError("no such letter")
    return place


def drafts_of(fields: Mapping[str, str]) -> dict[Language, Draft]:
    """Return the texts of a form with ``subject-ja``, ``body-ja`` and so on."""
    found = {}
    for name in fields:
        language = as_language(name.removeprefix("subject-"))
        if name.startswith("subject-") and language is not None:
            body = "\n".join(fields.get(f"body-{language}", "").splitlines())
            found[language] = Draft(fields[name].strip(), body.strip("\n") + "\n")
    return found


def _draft(row: LetterText) -> Draft | None:
    if row.subject is None or row.body is None:
        return None
    return Draft(row.subject, row.body)
