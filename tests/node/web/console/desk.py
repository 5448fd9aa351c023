"""A recruiter at the console: logged in, with a file in hand."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from io import BytesIO

from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from node.connectors.files.folder import DropFolder
from node.domain.applicant import Application
from node.domain.operator import Role
from node.jobs.schedule import beside
from node.services.futures import Futures
from node.services.import_run import ImportRun
from node.services.intake import Intake
from node.services.letter_previews import LetterPreviews
from node.services.media import Media
from node.services.operators import Operators
from node.services.previews import Previews
from node.services.reviews import Reviews
from node.services.undo import Undo
from node.services.watched import Watched
from node.storage.tables.operator import Operator
from node.web.console import applicants, reviews
from node.web.console.app import create_app
from node.web.console.import_pages import ImportPages
from node.web.console.letter_pages import LetterPages
from node.web.console.letter_text_pages import LetterTextPages
from node.web.ui.company import Company
from tests.node.services.intake_world import VOCABULARY, World

MAIL, PASSWORD = "miura@example.jp", "a long enough password"
LOGINS: "list[Login]" = []


@dataclass(frozen=True, slots=True)
class Login:
    """An operator as the database has it, and the session of the browser."""

    operator: dict[str, object] = field(repr=False)
    session: str = field(repr=False)


class Later(list[Callable[[], object]]):
    """Keeps what would run beside the pages until a test lets it."""

    def __call__(self, _name: str, step: Callable[[], object]) -> None:
        self.append(step)

    def run(self) -> None:
        while self:
            beside("import", self.pop(0)).join()


@dataclass(frozen=True, slots=True)
class Desk:
    """The console over one world, and what is needed to look behind it."""

    world: World
    app: Flask
    intake: Intake
    run: ImportRun
    watched: Watched
    later: Later
    browser: FlaskClient = field(repr=False)

    def token(self, path: str = "/letters") -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.browser.get(path).text)
        assert found
        return found[1]

    def post(self, path: str, **form: str) -> TestResponse:
        return self.browser.post(path, data=form | {"csrf_token": self.token()})

    def send(self, content: bytes, name: str = "応募者.csv", **form: str) -> TestResponse:
        """Send the form of a new import."""
        filled: dict[str, object] = {"source": "csv", "csrf_token": self.token(), **form}
        if name:
            filled["file"] = (BytesIO(content), name)
        return self.browser.post("/imports", data=filled, content_type="multipart/form-data")

    def staged(self, content: bytes, **form: str) -> str:
        """Send a file that can be read; return the address of its import."""
        answer = self.send(content, **form)
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        return answer.headers["Location"]

    def shown_form(self, path: str) -> dict[str, str]:
        """Return what the mapping form would send if nothing in it is touched."""
        html = self.browser.get(path).text
        form = {"preset": re.findall(r'name="preset" value="([^"]*)"', html)[0]}
        for name, options in re.findall(
            r'<select class="[^"]+" id="[^"]+" name="(column-\d+)"[^>]*>(.*?)</select>', html
        ):
            chosen = re.search(r'<option value="([^"]*)" selected>', options)
            form[name] = chosen[1] if chosen else ""
        return form | {"blanks": re.findall(r'name="blanks" value="(\w+)" checked', html)[0]}

    def take(self, content: bytes, **form: str) -> str:
        """Take a file in by every step and wait for its end; return the address."""
        path = self.staged(content, **form)
        mapped = self.post(f"{path}/mapping", **self.shown_form(path))
        assert mapped.headers["Location"] == f"{path}/preview"
        assert self.browser.get(f"{path}/preview").status_code == HTTPStatus.OK
        assert self.post(f"{path}/commit").headers["Location"] == path
        self.later.run()
        return path


def open_desk(
    world: World,
    company: Company,
    *,
    told: Callable[[str, Application], bool] = lambda _source, _application: False,
    renewed: list[str] | None = None,
) -> Desk:
    """Return the console of *world*, with a recruiter logged in."""
    later = Later()
    intake = (world if renewed is None else replace(world, renewed=renewed)).intake
    run = ImportRun(intake, world.letters, later)
    folders = {"hrmos": DropFolder(world.folder / "inbox")}
    watched = Watched(world.clock, intake.staging, run.start, VOCABULARY, folders)
    found = Reviews(world.db, world.clock, intake.records)
    undo = Undo(world.db, intake.records, intake.staging.files)
    today = Blueprint("today", __name__)

    @today.get("/")
    def show() -> str:
        return "the day's work"

    pages = [
        today,
        ImportPages(
            run,
            undo,
            watched,
            found,
            Previews(intake, told, beside),
            VOCABULARY,
            ("csv", "hrmos", "herp"),
        ).blueprint(),
        reviews.pages(found, run),
        LetterPages(
            world.letters, world.automatic, Media(world.db, world.clock), world.agencies
        ).blueprint(),
        LetterTextPages(
            world.texts,
            LetterPreviews(world.db, world.recipients.identities, world.messages, world.mail),
        ).blueprint(),
        applicants.pages(
            world.applicants, Futures(world.db, world.clock, "info-provision"), VOCABULARY
        ),
    ]
    operators = Operators(world.db, world.clock)
    app = create_app(company, operators, pages, secret_key=b"k" * 32, is_behind_tls=False)
    desk = Desk(world, app, intake, run, watched, later, app.test_client())
    log_in(desk, operators)
    return desk


def log_in(desk: Desk, operators: Operators) -> None:
    """Log the recruiter in; the first login of a run serves all, since a password takes time."""
    if LOGINS:
        with desk.world.db.begin() as tx:
            tx.add(Operator(**LOGINS[0].operator))
        desk.browser.set_cookie("console", LOGINS[0].session)
        return
    operators.add(mail=MAIL, name="三浦 さやか", role=Role.RECRUITER, password=PASSWORD)
    form = {"mail": MAIL, "password": PASSWORD, "csrf_token": desk.token("/login")}
    assert desk.browser.post("/login", data=form).status_code == HTTPStatus.FOUND
    cookie = desk.browser.get_cookie("console")
    assert cookie
    with desk.world.db.read() as tx:
        (operator,) = tx.execute(select(Operator.__table__)).mappings()
    values = {name: value for name, value in operator.items() if name != "id"}
    LOGINS.append(Login(values, cookie.value))
