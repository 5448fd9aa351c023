"""The pages of the import on a phone, in a real browser."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from node.i18n import Bilingual
from node.web.ui.company import Company
from tests.node.services.intake_world import World, file_of, open_world, row
from tests.node.web.console.desk import MAIL, PASSWORD, Desk, open_desk

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: the pages on a phone")

COMPANY = Company(
    name=Bilingual("ひよどり製作所株式会社", "Hiyodori Works, Inc."),
    address="〒450-0000 愛知県名古屋市中村区架空町1-2-3",
    representative="代表取締役 鵯田 一郎",
    desk_name="人事部 個人情報担当",
    desk_phone="052-000-0000",
    desk_hours="平日9:00〜17:00",
    legal_mode="info-provision",
    licence="51-募-000000",
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def desk(world: World) -> Desk:
    return open_desk(world, COMPANY)


@pytest.fixture
def url(desk: Desk) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, desk.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["ja", "en"])
def page(request: pytest.FixtureRequest) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale=request.param)
        yield context.new_page()
        browser.close()


def check_width(page: Page) -> None:
    """Fail where the page is wider than the phone."""
    assert page.locator("html").evaluate("html => html.scrollWidth") <= 390, page.url


def test_recruiter_takes_a_file_in_on_a_phone(page: Page, url: str, desk: Desk) -> None:
    page.goto(f"{url}/login")
    page.fill("input[name=mail]", MAIL)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.goto(f"{url}/imports")
    check_width(page)
    rows = [row(1), row(2, 選考終了理由="ご縁がなかったため"), row(3, 応募日="?")]
    content = file_of(rows, "cp932")
    page.set_input_files("#file", {"name": "応募者.csv", "mimeType": "text/csv", "buffer": content})
    page.click("main .btn--main")
    assert page.locator("select").count() > 20
    check_width(page)
    page.locator("form[action$='/mapping'] .btn--main").click()
    check_width(page)
    page.click("main .btn--main")
    assert page.locator("progress").count() == 1
    check_width(page)
    desk.later.run()
    page.reload()
    assert page.locator("progress").count() == 0
    check_width(page)
    page.click("a[href='/reviews']")
    check_width(page)
    page.locator("button[name=who][value=org]").click()
    check_width(page)
    assert desk.world.letters.summary().letters == 2
