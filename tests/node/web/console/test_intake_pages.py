import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from node.domain.operator import Role
from node.jobs.schedule import beside
from node.services.import_run import ImportRun
from node.services.intake import CHUNK
from node.services.operators import Operators
from node.web.console import applicants, imports, letters
from node.web.console.app import create_app
from node.web.ui.company import Company
from tests.node.services.intake_world import VOCABULARY, Row, World, file_of, open_world, row

MAIL, PASSWORD = "miura@example.jp", "a long enough password"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


class Later(list[Callable[[], object]]):
    """Keeps what would run beside the pages until a test lets it."""

    def __call__(self, _name: str, step: Callable[[], object]) -> None:
        self.append(step)

    def run(self) -> None:
        while self:
            beside("import", self.pop(0)).join()


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def run(world: World, later: Later) -> ImportRun:
    return ImportRun(world.intake, world.letters, later)


@pytest.fixture
def app(world: World, run: ImportRun, company: Company) -> Flask:
    operators = Operators(world.db, world.clock)
    operators.add(mail=MAIL, name="三浦 さやか", role=Role.RECRUITER, password=PASSWORD)
    today = Blueprint("today", __name__)

    @today.get("/")
    def show() -> str:
        return "the day's work"

    pages = [
        today,
        imports.pages(run),
        letters.pages(world.letters),
        applicants.pages(world.applicants, VOCABULARY),
    ]
    return create_app(company, operators, pages, secret_key=b"k" * 32, is_behind_tls=False)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    client = app.test_client()
    form = {"mail": MAIL, "password": PASSWORD, "csrf_token": token(client, "/login")}
    assert client.post("/login", data=form).status_code == HTTPStatus.FOUND
    return client


def token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def send(browser: FlaskClient, content: bytes, source: str = "csv") -> TestResponse:
    form = {
        "csrf_token": token(browser, "/letters"),
        "source": source,
        "file": (BytesIO(content), "応募者.csv"),
    }
    return browser.post("/imports", data=form, content_type="multipart/form-data")


def upload(browser: FlaskClient, later: Later, content: bytes, source: str = "csv") -> str:
    """Send a file, wait for its end, and return the page that follows."""
    answer = send(browser, content, source)
    later.run()
    if answer.status_code == HTTPStatus.SEE_OTHER:
        return browser.get("/imports").text
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    return answer.text


def take(browser: FlaskClient, later: Later, rows: list[Row]) -> None:
    upload(browser, later, file_of(rows))


def test_nobody_without_a_login_sees_people(app: Flask) -> None:
    for path in ("/imports", "/letters", "/applicants"):
        assert app.test_client().get(path).headers["Location"] == "/login"


def test_uploaded_file_shows_its_counts_and_gives_the_rows_left_out(
    browser: FlaskClient, later: Later
) -> None:
    page = upload(browser, later, file_of([row(1), row(2, 応募日="きのう")], "cp932"))
    assert "cp932" in page
    found = re.search(r'href="(/imports/[0-9a-f]{32}/errors)"', page)
    assert found
    answer = browser.get(found[1])
    assert "架空 花子2" in answer.data.decode("utf-8-sig")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"


def test_import_without_errors_has_no_file(
    browser: FlaskClient, later: Later, run: ImportRun
) -> None:
    take(browser, later, [row(1)])
    (past,) = run.intake.history()
    assert browser.get(f"/imports/{past.id}/errors").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("content", "source", "said"),
    [
        (b"", "csv", "ファイルが空です"),
        (b"PK\x03\x04", "csv", "CSVファイルではありません"),
        (file_of([row(1)]), "CSV!", "半角"),
    ],
)
def test_refused_upload_says_why_and_takes_nothing(
    browser: FlaskClient, later: Later, run: ImportRun, content: bytes, source: str, said: str
) -> None:
    assert said in upload(browser, later, content, source)
    assert run.intake.history() == []


def test_page_shows_how_far_a_running_import_is(
    browser: FlaskClient, later: Later, run: ImportRun, world: World
) -> None:
    seen: list[tuple[int, int] | None] = []

    class Watched(list[str]):
        """Looks at the progress whenever a person with an employer is taken in."""

        def append(self, person_id: str) -> None:
            seen.append(run.progress)
            super().append(person_id)

    run.intake = replace(world, renewed=Watched()).intake
    rows, lines = CHUNK + 1, CHUNK + 3
    file = file_of(row(number) for number in range(rows))
    assert send(browser, file).status_code == HTTPStatus.SEE_OTHER
    assert f'value="0" max="{lines}"' in browser.get("/imports").text
    assert send(browser, file).status_code == HTTPStatus.CONFLICT
    later.run()
    assert (seen[0], seen[-1]) == ((0, lines), (CHUNK + 1, lines))
    assert "<progress" not in browser.get("/imports").text


def test_import_that_breaks_off_stays_unfinished_and_the_next_one_runs(
    browser: FlaskClient,
    later: Later,
    run: ImportRun,
    world: World,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (world.folder / "errors").write_text("a file in the way")
    rows = [row(1), row(2, 応募日="きのう")]
    take(browser, later, rows)
    assert "job failed" in caplog.text
    assert [past.finished for past in run.intake.history()] == [None]
    (world.folder / "errors").unlink()
    take(browser, later, rows)
    assert max(past.unchanged for past in run.intake.history()) == 1


def test_a12_letters_go_out_once_their_number_was_typed(
    browser: FlaskClient, later: Later, world: World
) -> None:
    take(browser, later, [row(1), row(2), row(3, 応募経路="エージェント")])
    csrf = token(browser, "/letters")
    refused = browser.post("/letters/confirm", data={"count": "3", "csrf_token": csrf})
    assert refused.status_code == HTTPStatus.CONFLICT
    assert world.letters.send_due() == 0
    confirmed = browser.post("/letters/confirm", data={"count": "2", "csrf_token": csrf})
    assert confirmed.status_code == HTTPStatus.OK
    assert world.letters.send_due() == 2


@pytest.mark.parametrize("typed", ["", "two", "２", "-1", "12345678"])
def test_number_that_is_none_is_refused(browser: FlaskClient, typed: str) -> None:
    form = {"count": typed, "csrf_token": token(browser, "/letters")}
    assert browser.post("/letters/confirm", data=form).status_code == HTTPStatus.BAD_REQUEST


def test_cancelled_letters_stay(browser: FlaskClient, later: Later, world: World) -> None:
    take(browser, later, [row(1)])
    form = {"csrf_token": token(browser, "/letters")}
    assert browser.post("/letters/cancel", data=form).status_code == HTTPStatus.OK
    assert world.letters.summary().letters == 0


def test_applicants_are_found_by_tag_and_shown_without_age(
    browser: FlaskClient, later: Later
) -> None:
    take(browser, later, [row(1), row(2, 都道府県="東京都")])
    everyone = browser.get("/applicants").text
    assert "架空 花子1" in everyone
    assert "架空 花子2" in everyone
    assert "40s" not in everyone
    kanto = browser.get("/applicants?tag=region:kanto").text
    assert "架空 花子1" not in kanto
    assert "架空 花子2" in kanto
    for strange in ("age:40s", "region", "x:y"):
        assert "架空 花子1" in browser.get(f"/applicants?tag={strange}&page=0x").text


def test_pages_speak_english_too(browser: FlaskClient, later: Later) -> None:
    take(browser, later, [row(1)])
    browser.set_cookie("lang", "en")
    assert "1 letter waits for your confirmation" in browser.get("/letters").text
    assert "Kanto" not in browser.get("/applicants").text
