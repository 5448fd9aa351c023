"""The pages of the import: a file, its columns, what would happen, and what did."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from node.domain.batch_life import State
from node.domain.errors import FileRefusedError, MappingError
from node.domain.field_words import groups, meaning_word
from node.domain.mapping import ColumnMapping
from node.domain.refusals import refusal
from node.domain.vocabulary import Vocabulary
from node.services.errors import (
    BusyError,
    NoSuchBatchError,
    RefusedChoiceError,
    UndoRefusedError,
)
from node.services.import_run import ImportRun
from node.services.previews import Previews
from node.services.records import Taken
from node.services.reviews import Reviews
from node.services.staging import Staged, Staging
from node.services.undo import Undo
from node.services.watched import Watched
from node.web.console.import_forms import (
    BUSY,
    NO_FILE,
    NO_LINE,
    chosen,
    columns_of,
    hindrances,
    line_number,
    of_mapping,
    of_upload,
    problem,
)
from node.web.console.imports import (
    Imported,
    ImportPage,
    ImportsPage,
    MappingPage,
    PreviewPage,
    warned,
)
from node.web.ui.errors import not_found
from node.web.ui.page import show_page
from node.web.ui.parts import Choice, Complaint

Answer = str | tuple[str, HTTPStatus] | AnyResponse


@dataclass(frozen=True, slots=True)
class ImportPages:
    """From a file to its records, step by step; each step is kept before the next is shown."""

    run: ImportRun
    undo: Undo
    watched: Watched
    reviews: Reviews
    previews: Previews
    vocabulary: Vocabulary
    sources: tuple[str, ...]

    def blueprint(self) -> Blueprint:
        """Return the routes."""
        pages = Blueprint("imports", __name__, url_prefix="/imports")
        pages.register_error_handler(NoSuchBatchError, not_found)
        pages.register_error_handler(RefusedChoiceError, not_found)  # a preset that is none
        pages.get("")(self.show)
        pages.post("")(self.take)
        pages.get("/<batch>")(self.one)
        pages.post("/<batch>/mapping")(self.map)
        pages.get("/<batch>/preview")(self.preview)
        pages.post("/<batch>/commit")(self.commit)
        pages.post("/<batch>/discard")(self.discard)
        pages.post("/<batch>/undo")(self.undone)
        pages.get("/<batch>/errors")(self.errors)
        return pages

    @property
    def staging(self) -> Staging:
        """The use cases on files that are not committed yet."""
        return self.run.intake.staging

    def show(self) -> str:
        """List the imports, under the form of a new one."""
        return show_page(self._list({}))

    def take(self) -> Answer:
        """Take a file over and lead to its columns."""
        form, file = request.form, request.files.get("file")
        line = form.get("header_line", "").strip()
        if form.get("source") not in self.sources:
            abort(HTTPStatus.BAD_REQUEST)
        if file is None or not file.filename:
            return show_page(self._list(form, Complaint(NO_FILE, "file"))), HTTPStatus.BAD_REQUEST
        if line and line_number(line) is None:
            page = self._list(form, Complaint(NO_LINE, "header_line"))
            return show_page(page), HTTPStatus.BAD_REQUEST
        try:
            batch_id = self.staging.stage(
                file.read(),
                file.filename,
                form["source"],
                sheet=form.get("sheet", "").strip() or None,
                header_line=line_number(line),
            )
        except FileRefusedError as error:
            why = refusal(error, self.vocabulary)
            page = replace(self._list(form, *of_upload(error)), why=why)
            return show_page(page), HTTPStatus.BAD_REQUEST
        except BusyError:
            page = self._list(form, Complaint(BUSY, "file"))
            return show_page(page), HTTPStatus.SERVICE_UNAVAILABLE
        return redirect(f"/imports/{batch_id}", HTTPStatus.SEE_OTHER)

    def one(self, batch: str) -> Answer:
        """Show an import as it stands: its columns, its progress or its result."""
        past = self.run.intake.past(batch)
        if past is None or past.state is State.DISCARDED:
            raise NoSuchBatchError("no such import")
        if past.state is State.STAGED:
            preset = request.args.get("preset") or None
            staged = self.staging.staged(batch, preset)
            return show_page(self._columns(staged, preset, staged.mapping))
        return show_page(self._result(batch))

    def map(self, batch: str) -> Answer:
        """Take what the columns mean; what cannot be used comes back as it was chosen."""
        preset = request.form.get("preset") or None
        staged = self.staging.staged(batch, preset)
        mapping = chosen(staged, request.form)
        try:
            self.staging.map(batch, mapping)
        except MappingError as error:
            page = self._columns(staged, preset, mapping)
            page = replace(
                page,
                why=refusal(error, self.vocabulary),
                complaints=tuple(of_mapping(error, page)),
            )
            return show_page(page), HTTPStatus.BAD_REQUEST
        return redirect(f"/imports/{batch}/preview", HTTPStatus.SEE_OTHER)

    def preview(self, batch: str) -> Answer:
        """Show what a commit would do."""
        staged = self.staging.staged(batch)
        try:
            found = self.previews.of(staged)
        except MappingError:
            return redirect(f"/imports/{batch}", HTTPStatus.SEE_OTHER)
        return show_page(
            PreviewPage(
                batch=batch,
                rows=found.rows,
                added=found.counts[Taken.ADDED],
                updated=found.counts[Taken.UPDATED],
                unchanged=found.counts[Taken.UNCHANGED],
                suppressed=found.counts[Taken.SUPPRESSED],
                unknown_ends=found.unknown_ends,
                told=found.told,
                errors=found.errors,
                problems=tuple(map(problem, found.first_errors)),
                dropped=staged.dropped,
                lines=staged.lines,
                is_part=found.is_part,
            )
        )

    def commit(self, batch: str) -> Answer:
        """Let the file in; it is taken in beside the page."""
        with suppress(MappingError):  # the page to come shows its columns again
            self.run.start(batch)
        return redirect(f"/imports/{batch}", HTTPStatus.SEE_OTHER)

    def discard(self, batch: str) -> AnyResponse:
        """Destroy a file of which nothing was taken in."""
        self.staging.discard(batch)
        return redirect("/imports", HTTPStatus.SEE_OTHER)

    def undone(self, batch: str) -> Answer:
        """Put back what stood before an import."""
        try:
            self.undo.undo(batch)
        except UndoRefusedError as error:
            page = replace(self._result(batch), why=tuple(hindrances(error)))
            return show_page(page), HTTPStatus.CONFLICT
        return redirect(f"/imports/{batch}", HTTPStatus.SEE_OTHER)

    def errors(self, batch: str) -> Response:
        """Give the rows that were left out as a file to mend."""
        content = self.run.intake.error_file(batch)
        if content is None:
            abort(HTTPStatus.NOT_FOUND)
        response = Response(content, content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f"attachment; filename=errors-{batch[:8]}.csv"
        return response

    def _list(self, form: Mapping[str, str], *complaints: Complaint) -> ImportsPage:
        history = self.run.intake.history()
        last = history[0].source if history else self.sources[0]
        chosen = form.get("source", last)
        return ImportsPage(
            sources=tuple(Choice(name, name, name == chosen) for name in self.sources),
            batches=tuple(Imported.of(past) for past in history),
            refused=tuple(self.watched.refused()),
            unusable=tuple(self.watched.unusable()),
            unclear=self.reviews.count(),
            sheet=form.get("sheet", ""),
            header_line=form.get("header_line", ""),
            complaints=complaints,
        )

    def _columns(self, staged: Staged, preset: str | None, mapping: ColumnMapping) -> MappingPage:
        presets = (
            Choice(
                name, one.label, name == preset or (preset is None and one.label == mapping.label)
            )
            for name, one in sorted(self.staging.presets.items())
        )
        return MappingPage(
            staged=staged,
            label=mapping.label,
            preset=preset or "",
            presets=tuple(presets),
            columns=tuple(columns_of(staged, mapping)),
            groups=tuple(
                (heading, tuple((one, meaning_word(one, self.vocabulary)) for one in meanings))
                for heading, meanings in groups(self.vocabulary)
            ),
            blanks=mapping.blanks,
        )

    def _result(self, batch: str) -> ImportPage:
        past = self.run.intake.past(batch)
        if past is None:
            raise NoSuchBatchError("no such import")
        return ImportPage(
            one=Imported.of(past),
            format=past.format,
            encoding=past.encoding,
            sheet=past.sheet,
            lines=past.lines,
            unchanged=past.unchanged,
            warnings=warned(past.warnings),
            dropped=past.dropped,
            letters=self.run.letters.to_confirm(),
            unclear=self.reviews.count(),
        )
