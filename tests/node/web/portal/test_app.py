from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Blueprint, Flask, render_template_string

from node.clock import StandingClock
from node.web.portal import visit
from node.web.portal.app import VISIT, create_app
from node.web.ui.company import Company
from node.web.ui.static_files import static_files
from protocol.errors import GoneError


@pytest.fixture
def app(company: Company, clock: StandingClock) -> Flask:
    pages = Blueprint("c", __name__)

    @pages.get("/c/<secret>")
    @pages.get("/c/<secret>/<lang>")
    def show(secret: str, lang: str = "") -> str:
        del lang
        known = visit.is_known(secret, now=clock.now())
        return render_template_string(
            '{% extends "ui/portal_page.html" %}{% block main %}' + f"{known}" + "{% endblock %}"
        )

    @pages.post("/c/code/<secret>")
    def code(secret: str) -> str:
        visit.remember(secret, now=clock.now())
        return ""

    @pages.get("/key")
    def key() -> str:
        return render_template_string("{{ key_script() }}")

    @pages.get("/gone")
    def gone() -> str:
        raise GoneError("over")

    @pages.get("/fault")
    def fault() -> str:
        raise ValueError("a person's words")

    return create_app(company, [pages], secret_key=b"k" * 32, is_behind_tls=True)


def test_every_answer_is_closed_to_scripts_frames_and_caches(app: Flask) -> None:
    for path in ("/c/secret", "/gone", "/fault", "/nowhere"):
        headers = app.test_client().get(path).headers
        assert headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_script_is_allowed_only_where_it_stands(app: Flask) -> None:
    policy = app.test_client().get("/key").headers["Content-Security-Policy"]
    assert policy.endswith("; script-src 'self'")


def test_a_static_file_is_kept_under_its_digest_and_nowhere_else(app: Flask) -> None:
    file = static_files()["tasuki.css"]
    browser = app.test_client()
    answer = browser.get(f"/static/{file.digest}/tasuki.css")
    assert answer.data == file.content
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "text/css; charset=utf-8"
    assert browser.get("/static/0000000000000000/tasuki.css").status_code == HTTPStatus.NOT_FOUND
    assert browser.get(f"/static/{file.digest}/other.css").status_code == HTTPStatus.NOT_FOUND


def test_refusals_become_pages_in_words(app: Flask) -> None:
    browser = app.test_client()
    english = {"Accept-Language": "en"}
    gone = browser.get("/gone", headers=english)
    assert gone.status_code == HTTPStatus.GONE
    assert "Nothing has changed." in gone.text
    fault = browser.get("/fault", headers=english)
    assert fault.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "a person" not in fault.text
    assert browser.get("/nowhere").status_code == HTTPStatus.NOT_FOUND


def test_the_address_chooses_the_language_before_the_browser(app: Flask) -> None:
    browser = app.test_client()
    assert '<html lang="ja">' in browser.get("/c/s").text
    assert '<html lang="en">' in browser.get("/c/s", headers={"Accept-Language": "en-GB"}).text
    assert '<html lang="ja">' in browser.get("/c/s/ja", headers={"Accept-Language": "en"}).text


def test_the_code_is_known_for_one_visit_and_one_link(app: Flask, clock: StandingClock) -> None:
    browser = app.test_client()
    tls = "https://localhost"
    assert "False" in browser.get("/c/one", base_url=tls).text
    browser.post("/c/code/one", base_url=tls)
    cookie = browser.get_cookie("__Host-visit")
    assert cookie
    assert (cookie.secure, cookie.http_only, cookie.same_site) == (True, True, "Strict")
    assert "True" in browser.get("/c/one", base_url=tls).text
    assert "False" in browser.get("/c/two", base_url=tls).text
    clock.advance(VISIT + timedelta(seconds=1))
    assert "False" in browser.get("/c/one", base_url=tls).text
