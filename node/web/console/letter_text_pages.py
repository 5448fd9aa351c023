"""The pages of the letters' texts: write both languages, see the letter, go back to older ones."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from node.domain.errors import LetterError
from node.domain.letter_lint import ADVICE, lint
from node.domain.letters import PLACES, POSSIBLE, LetterPlace
from node.domain.merge_fields import spelling
from node.i18n import Language, as_language
from node.services.letter_previews import LetterPreviews, MailToSelfError
from node.services.letter_texts import (
    ALL_JOBS,
    Draft,
    EditedText,
    FlawedTextError,
    LetterTexts,
    NoSuchTextError,
    drafts_of,
    place_of,
)
from node.web.console.authorisation import current_operator
from node.web.console.letter_texts import (
    LetterLine,
    LetterTextPage,
    LetterTextsPage,
    OwnLetter,
    TextColumn,
    Version,
)
from node.web.ui.page import show_page
from node.web.ui.parts import Choice

_MAX_DIGITS: Final = 6
Answer = tuple[str, HTTPStatus] | Response


@dataclass(frozen=True, slots=True)
class LetterTextPages:
    """The editor of the letters."""

    texts: LetterTexts
    previews: LetterPreviews

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        pages = Blueprint("templates", __name__)
        rule = pages.add_url_rule
        rule("/templates", view_func=self.show, endpoint="show")
        rule("/templates/<stem>", view_func=self.edit, endpoint="edit")
        for verb, act in (
            ("save", self.save),
            ("preview", self.preview),
            ("test", self.test),
            ("restore", self.restore),
        ):
            path = f"/templates/<stem>/{verb}"
            rule(path, view_func=act, endpoint=verb, methods=["POST"])
        return pages

    def show(self) -> str:
        """List the letters and who wrote them."""
        own = [OwnLetter(one.place.stem, one.job_id, one.job) for one in self.texts.own()]
        lines = (
            LetterLine(
                place.stem,
                place.kind,
                place.band,
                tuple(one for one in own if one.stem == place.stem),
            )
            for place in PLACES
        )
        return show_page(LetterTextsPage(tuple(lines)))

    def edit(self, stem: str) -> str:
        """Show one letter's text in both languages."""
        page = self._page(_place(stem), request.args.get("job", ALL_JOBS))
        return show_page(replace(page, is_saved="saved" in request.args))

    def save(self, stem: str) -> Answer:
        """Keep both texts, or say what must not stand."""
        place, job_id, drafts = _place(stem), _job(), drafts_of(request.form)
        try:
            self.texts.save(place, job_id, drafts, current_operator().id)
        except NoSuchTextError:
            abort(HTTPStatus.NOT_FOUND)
        except FlawedTextError:
            page = replace(self._page(place, job_id, drafts), is_refused=True)
            return show_page(page), HTTPStatus.BAD_REQUEST
        return redirect(_address(stem, job_id), HTTPStatus.SEE_OTHER)

    def preview(self, stem: str) -> Answer:
        """Show the letters as a chosen person would get them."""
        place, job_id, drafts = _place(stem), _job(), drafts_of(request.form)
        person = request.form.get("person", "")
        page = self._page(place, job_id, drafts, person)
        columns = tuple(self._filled(place, column, person) for column in page.columns)
        return show_page(replace(page, columns=columns)), HTTPStatus.OK

    def test(self, stem: str) -> Answer:
        """Mail the letter to the operator, with invented values."""
        place, job_id, drafts = _place(stem), _job(), drafts_of(request.form)
        page = self._page(place, job_id, drafts)
        to = current_operator().email
        try:
            for language, draft in drafts.items():
                self.previews.send_test(place, language, draft, to)
        except MailToSelfError as error:
            return show_page(replace(page, test_fault=str(error))), HTTPStatus.BAD_GATEWAY
        except LetterError:
            return show_page(replace(page, is_refused=True)), HTTPStatus.BAD_REQUEST
        return show_page(replace(page, tested=to)), HTTPStatus.OK

    def restore(self, stem: str) -> Answer:
        """Use an older text again, or the shipped one."""
        place, job_id = _place(stem), _job()
        language, number = as_language(request.form.get("language")), _number()
        if language is None or number is None:
            abort(HTTPStatus.BAD_REQUEST)
        try:
            self.texts.restore(place, job_id, language, number, current_operator().id)
        except NoSuchTextError:
            abort(HTTPStatus.NOT_FOUND)
        return redirect(_address(stem, job_id), HTTPStatus.SEE_OTHER)

    def _page(
        self,
        place: LetterPlace,
        job_id: str,
        drafts: Mapping[Language, Draft] | None = None,
        person: str = "",
    ) -> LetterTextPage:
        try:
            edited = self.texts.edited(place, job_id)
        except NoSuchTextError:
            abort(HTTPStatus.NOT_FOUND)
        jobs = [Choice(one, title, one == job_id) for one, title in self.texts.jobs()]
        people = self.previews.people(job_id)
        return LetterTextPage(
            stem=place.stem,
            kind=place.kind,
            band=place.band,
            job_id=job_id,
            jobs=tuple(jobs),
            people=tuple(
                Choice(one.application_id, f"{one.name} ({one.job})", one.application_id == person)
                for one in people
            ),
            columns=tuple(_column(place, one, drafts or {}) for one in edited),
        )

    def _filled(self, place: LetterPlace, column: TextColumn, person: str) -> TextColumn:
        draft = Draft(column.subject, column.body)
        try:
            letter = self.previews.render(place, column.language, draft, person)
        except LetterError:
            return replace(column, is_unfit=True)
        return replace(column, preview=letter)


def _column(place: LetterPlace, edited: EditedText, drafts: Mapping[Language, Draft]) -> TextColumn:
    language = edited.language
    draft = drafts.get(language, edited.draft)
    flaws = lint(place.kind, language, draft.subject, draft.body)
    return TextColumn(
        language=language,
        subject=draft.subject,
        body=draft.body,
        is_own=edited.is_own,
        blocking=tuple(flaw for flaw in flaws if flaw not in ADVICE),
        advice=tuple(flaw for flaw in flaws if flaw in ADVICE),
        fields=tuple(spelling(field, language) for field in sorted(POSSIBLE[place.kind])),
        versions=tuple(Version(one.number, one.written, one.is_shipped) for one in edited.versions),
    )


def _place(stem: str) -> LetterPlace:
    try:
        return place_of(stem)
    except NoSuchTextError:
        abort(HTTPStatus.NOT_FOUND)


def _job() -> str:
    return request.form.get("job", ALL_JOBS)


def _number() -> int | None:
    text = request.form.get("number", "")
    if not text.isascii() or not text.isdecimal() or len(text) > _MAX_DIGITS:
        return None
    return int(text)


def _address(stem: str, job_id: str) -> str:
    return f"/templates/{stem}?job={job_id}&saved=1"
