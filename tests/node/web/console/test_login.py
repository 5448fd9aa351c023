import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from node.clock import StandingClock
from node.domain.operator import Role
from node.services.operators import (
    LOCK,
    LogInLockedError,
    LogInRefusedError,
    OperatorExistsError,
    Operators,
    PasswordRuleError,
)
from node.storage.database import Database, Tx
from node.storage.operators import by_uniquifier
from node.web.console.app import create_app
from node.web.ui.company import Company

MAIL, PASSWORD = "miura@example.jp", "a long enough password"


@pytest.fixture
def operators(db: Database, clock: StandingClock) -> Operators:
    operators = Operators(db, clock)
    operators.add(mail=MAIL, name="三浦 さやか", role=Role.RECRUITER, password=PASSWORD)
    return operators


@pytest.fixture
def app(operators: Operators, company: Company) -> Flask:
    today = Blueprint("today", __name__)

    @today.get("/")
    def show() -> str:
        return "the day's work"

    closed = Blueprint("closed", __name__)

    @closed.get("/closed")
    def nobody() -> str:
        return "no row names this page"

    return create_app(
        company, operators, [today, closed], secret_key=b"k" * 32, is_behind_tls=False
    )


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def token(browser: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/login").text)
    assert found
    return found[1]


def log_in(browser: FlaskClient, password: str = PASSWORD) -> int:
    form = {"csrf_token": token(browser), "mail": MAIL, "password": password}
    return browser.post("/login", data=form).status_code


def test_whoever_is_not_logged_in_is_led_to_the_login(browser: FlaskClient) -> None:
    answer = browser.get("/")
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.location == "/login"


def test_the_right_password_opens_the_console(browser: FlaskClient) -> None:
    assert log_in(browser) == HTTPStatus.FOUND
    assert browser.get("/").text == "the day's work"


def test_a_page_without_a_row_is_open_to_nobody(browser: FlaskClient) -> None:
    log_in(browser)
    assert browser.get("/closed").status_code == HTTPStatus.FORBIDDEN


def test_a_wrong_password_is_refused_in_words(browser: FlaskClient) -> None:
    form = {"csrf_token": token(browser), "mail": MAIL, "password": "wrong"}
    answer = browser.post("/login", data=form, headers={"Accept-Language": "en"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "The mail address or the password is wrong." in answer.text
    assert "wrong" not in answer.text.split('id="password"')[1][:200]


def test_a_login_without_its_token_is_refused(browser: FlaskClient) -> None:
    answer = browser.post("/login", data={"mail": MAIL, "password": PASSWORD})
    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_a_planted_session_is_not_logged_in_afterwards(app: Flask) -> None:
    attacker, victim = app.test_client(), app.test_client()
    attacker.get("/login")
    planted = attacker.get_cookie("console")
    assert planted
    victim.set_cookie("console", planted.value)
    log_in(victim)
    assert victim.get("/").status_code == HTTPStatus.OK
    assert attacker.get("/").status_code == HTTPStatus.FOUND
    assert token(victim) != token(attacker)


def test_logging_out_ends_copied_sessions_too(app: Flask) -> None:
    browser, thief = app.test_client(), app.test_client()
    log_in(browser)
    cookie = browser.get_cookie("console")
    assert cookie
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    thief.set_cookie("console", cookie.value)
    assert thief.get("/").status_code == HTTPStatus.OK
    assert browser.post("/logout").status_code == HTTPStatus.BAD_REQUEST
    assert (
        browser.post("/logout", data={"csrf_token": token(browser)}).status_code == HTTPStatus.FOUND
    )
    assert thief.get("/").status_code == HTTPStatus.FOUND


def test_five_wrong_passwords_rest_the_login(operators: Operators, clock: StandingClock) -> None:
    for _ in range(5):
        with pytest.raises(LogInRefusedError):
            operators.log_in(MAIL, "wrong")
    with pytest.raises(LogInLockedError):
        operators.log_in(MAIL, PASSWORD)
    clock.advance(LOCK + timedelta(seconds=1))
    assert operators.log_in(MAIL, PASSWORD).name == "三浦 さやか"


def test_the_locked_login_says_until_when(browser: FlaskClient, operators: Operators) -> None:
    for _ in range(5):
        with pytest.raises(LogInRefusedError):
            operators.log_in(MAIL, "wrong")
    form = {"csrf_token": token(browser), "mail": MAIL, "password": PASSWORD}
    answer = browser.post("/login", data=form, headers={"Accept-Language": "en"})
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "24 Nov 2026 10:15" in answer.text


def test_a_session_revived_by_a_login_beside_the_logout_is_refused(
    operators: Operators, db: Database, clock: StandingClock
) -> None:
    ended = operators.log_in(MAIL, PASSWORD).fs_uniquifier

    class Overtaken(Database):
        """Somebody logs out while the password of another login is being checked."""

        @contextmanager
        def begin(self) -> Iterator[Tx]:
            with db.begin() as tx:
                yield tx
            if steps:
                steps.pop()()

    steps = [lambda: operators.log_out(1)]
    slow = Operators(Overtaken(db.engine, db._writer), clock)
    assert slow.log_in(MAIL, PASSWORD).fs_uniquifier != ended
    with db.read() as tx:
        assert by_uniquifier(tx, ended) is None


def test_an_unknown_address_is_refused_alike(operators: Operators) -> None:
    with pytest.raises(LogInRefusedError):
        operators.log_in("nobody@example.jp", PASSWORD)


def test_an_operator_is_added_once_and_with_a_long_password(operators: Operators) -> None:
    with pytest.raises(OperatorExistsError):
        operators.add(
            mail=MAIL.upper(), name="三浦", role=Role.RECRUITER, password="another long one"
        )
    with pytest.raises(PasswordRuleError):
        operators.add(mail="b@example.jp", name="佐伯", role=Role.RECRUITER, password="short")


def test_the_language_is_switched_and_kept(browser: FlaskClient) -> None:
    assert '<html lang="ja">' in browser.get("/login").text
    form = {"csrf_token": token(browser), "lang": "en"}
    assert browser.post("/language", data=form).status_code == HTTPStatus.FOUND
    assert '<html lang="en">' in browser.get("/login").text
