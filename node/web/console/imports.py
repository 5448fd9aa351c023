"""Taking in a file of applications: one form, its result, and the rows that were left out."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import ClassVar

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from node.domain.errors import FileRefusedError, MappingError
from node.i18n import from_seconds, message
from node.services.errors import RefusedChoiceError
from node.services.import_run import ImportRun, ImportRunningError
from node.services.intake import Import
from node.web.ui.page import show_page

REFUSALS = {
    "empty": message("The file is empty."),
    "too-large": message("The file is too large."),
    "not-csv": message("This is not a CSV file."),
    "undecodable": message("The characters can be read neither as UTF-8 nor as CP932."),
    "nul": message("The file holds NUL characters; it is damaged or no text."),
    "no-header": message("The first line does not name the columns."),
    "missing-columns": message("Columns are missing:"),
    "repeated-columns": message("Columns occur twice:"),
    "no-rows": message("The file has no rows."),
    "encrypted": message(
        "A password locks the file. Open it in Excel, take the password off and save it again."
    ),
    "old-excel": message(
        "This is an old Excel file (.xls). Open it in Excel and save it as an Excel "
        "workbook (.xlsx)."
    ),
    "other-office": message(
        "Files of this program cannot be read. Open it there and save it as .xlsx or CSV."
    ),
    "pdf": message("This is a PDF. Get the list as CSV or .xlsx from the system that made it."),
    "web-page": message(
        "This is a web page, even if it is named .xls. Open it in Excel and save it as "
        "an Excel workbook (.xlsx)."
    ),
    "zip": message("This is a ZIP archive. Unpack it and choose the CSV or .xlsx file in it."),
    "damaged": message(
        "The file is damaged or incomplete. Get it once more, or open it in Excel and "
        "save it again."
    ),
    "too-complex": message(
        "The file cannot be read within safe limits. Copy the table alone into a new "
        "workbook, or save it as CSV."
    ),
    "too-many-columns": message(
        "The table is too wide. Delete columns that are not needed; the most is:"
    ),
    "not-a-table": message("No table is found in the file: no line has two cells."),
    "no-file": message("Choose a file first."),
    "no-source": message("Write the name of the system in lower-case letters and digits."),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the whole file was refused; *code* is a key of REFUSALS."""

    code: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file."""

    batch: str
    source: str
    encoding: str
    started: datetime
    rows: int
    added: int
    updated: int
    unchanged: int
    suppressed: int
    errors: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the running import is, in lines."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ImportsPage:
    """What imports.html shows; the newest import first."""

    TEMPLATE: ClassVar[str] = "imports.html"

    batches: tuple[Imported, ...]
    source: str = ""
    refused: Refused | None = None
    progress: Progress | None = None


def pages(run: ImportRun) -> Blueprint:
    """Return the pages of the import."""
    blueprint = Blueprint("imports", __name__)

    @blueprint.get("/imports")
    def show() -> str:
        return show_page(_page(run))

    @blueprint.post("/imports")
    def take() -> tuple[str, HTTPStatus] | AnyResponse:
        file, source = request.files.get("file"), request.form.get("source", "")
        if file is None or not file.filename:
            refused = Refused("no-file")
        else:
            try:
                run.start(file.read(), file.filename, source)
            except (FileRefusedError, MappingError) as error:
                refused = Refused(error.code, error.names)
            except RefusedChoiceError:
                refused = Refused("no-source")
            except ImportRunningError:
                abort(HTTPStatus.CONFLICT)
            else:
                return redirect("/imports", HTTPStatus.SEE_OTHER)
        return show_page(_page(run, source, refused)), HTTPStatus.BAD_REQUEST

    @blueprint.get("/imports/<batch>/errors")
    def errors(batch: str) -> Response:
        content = run.intake.error_file(batch)
        if content is None:
            abort(HTTPStatus.NOT_FOUND)
        response = Response(content, content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f"attachment; filename=errors-{batch[:8]}.csv"
        return response

    return blueprint


def _page(run: ImportRun, source: str = "csv", refused: Refused | None = None) -> ImportsPage:
    progress = run.progress
    return ImportsPage(
        batches=tuple(_imported(past) for past in run.intake.history()),
        source=source,
        refused=refused,
        progress=None if progress is None else Progress(*progress),
    )


def _imported(past: Import) -> Imported:
    return Imported(
        batch=past.id,
        source=past.source,
        encoding=past.encoding,
        started=from_seconds(past.started),
        rows=past.rows,
        added=past.added,
        updated=past.updated,
        unchanged=past.unchanged,
        suppressed=past.suppressed,
        errors=past.errors,
    )
