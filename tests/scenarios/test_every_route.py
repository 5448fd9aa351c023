"""Walks every route of the four apps over nodes that relayed: no page is built for the test."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import Client, TestResponse

from crypto.encoding import b64url_encode
from crypto.hashing import sha256
from node.assembly.apps import api_app, console_app, ops_app, peer_app, portal_app
from node.assembly.node import Node
from node.domain.batch_life import State
from node.domain.operator import Role
from node.i18n import LANGUAGES, Language
from node.services.static_links import WITHIN
from node.storage.tables.dispatch import Digest
from node.web.console.authorisation import PUBLIC, ROLES
from tests.node.web.reading import Reader
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.consortium import Consortium, Member, founded
from tests.scenarios.person import Person
from tests.scenarios.relay import asked_person, proposed, rejected

PASSWORD = "a password of an operator"
BASE = "https://alpha.example.jp"
CLOSED = (
    "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SELF_TOLD = "shizuka@mail.example.jp"
FILES = {"ui.static", "imports.errors"}  # all other answers to a GET are pages
Arguments = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def consortium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consortium]:
    """Alpha introduced a person to beta, which has a bad row, an unclear end, a staged file."""
    with founded(tmp_path_factory.mktemp("nodes"), parameters={"relay_ratio": "2"}) as found:
        found.tick(2)
        people, others = rejected(found, "alpha", 2), rejected(found, "beta", 2)
        for person in people:
            person.agree(found["beta"].id)
        for person in others:
            person.agree(found["alpha"].id)
        found.tick(8)
        proposed(found, "beta")
        asked_person(people).accept()
        found.tick(8)
        self_told(found)
        intake = found["beta"].node.people.intake
        intake.import_file(
            file_of(applicant(1999, 応募日="?"), applicant(1998, 選考終了理由="ご縁なし")),
            "a.csv",
            source="csv",
            progress=lambda _done, _all: None,
        )
        intake.staging.stage(file_of(applicant(1997)), "b.csv", "csv")
        for role in Role:
            found["beta"].node.people.operators.add(
                mail=f"{role}@beta.example.jp", name="架空 花子", role=role, password=PASSWORD
            )
        yield found


def self_told(found: Consortium) -> None:
    """Let somebody ask through a static link of alpha's whom only the own word puts on file."""
    links = found["alpha"].node.people.static_links
    links.ask(links.add("第1版").code, SELF_TOLD, "", "ja")
    found.clock.advance(WITHIN)
    links.confirm(links.waiting()[0][0].id)
    found.tick()


def of_console(member: Member) -> Arguments:
    """Return what fills the addresses of the pages that show one record."""
    hiring = member.node.hiring
    opening = hiring.openings.every()[0].id
    match = hiring.search.best(opening)[0]
    history = member.node.people.intake.history()
    staged = next(one.id for one in history if one.state is State.STAGED)
    return {
        "imports.one": {"batch": staged},
        "imports.preview": {"batch": staged},
        "imports.errors": {"batch": next(one.id for one in history if one.errors)},
        "openings.opening": {"opening_id": opening},
        "templates.edit": {"stem": "relay.final"},
        "own_pool.show": {"opening_id": opening},
        "openings.match": {
            "opening_id": opening,
            "origin": match.member,
            "token_id": match.token_id,
        },
        "introductions.introduction": {"introduction_id": hiring.introductions.every()[0].id},
    }


def of_portal(person: Person, lang: Language) -> Arguments:
    stop = re.search(r"/u/([A-Za-z0-9_-]+)", str(person.letters()[0]["List-Unsubscribe"]))
    assert stop
    consent = {"secret": person.link("consent")[0]}
    disclosure = {"secret": person.link("disclosure")[0]}
    about = {"secret": Person(person.member, SELF_TOLD).link("consent")[0]}
    static = {"code": person.member.node.people.static_links.every()[0].code}
    return {
        "consent.open": consent,
        "consent.in": consent | {"lang": lang},
        "consent.again": consent,
        "disclosure.show": disclosure | {"lang": lang},
        "stop.open": {"secret": stop[1]},
        "letters_stop.open_link": {"secret": digest_link(person.member)},
        "about.open": about,
        "about.in": about | {"lang": lang},
        "static_link.open": static,
        "static_link.in": static | {"lang": lang},
    }


def digest_link(member: Member) -> str:
    """Return the secret of a digest; no letter of these nodes waits for an evening."""
    secret = bytes(32)
    with member.node.own.db.begin() as tx:
        tx.merge(Digest.new(day="2026-11-25", link=sha256(secret), letters=2))
    return b64url_encode(secret)


@pytest.fixture(scope="module")
def person(consortium: Consortium) -> Person:
    """The one who was introduced."""
    alpha = consortium["alpha"]
    mails = {str(letter["To"]) for letter in alpha.mail.letters}
    return asked_person([Person(alpha, mail) for mail in sorted(mails)])


def address(rule: Rule, arguments: Arguments) -> str:
    """Return the address of a rule; a rule without its row here fails."""
    needed = {name: arguments[rule.endpoint][name] for name in rule.arguments}
    built = rule.build(needed)
    assert built
    return built[1]


def pages_of(app: Flask) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.endpoint not in FILES
    ]


def check_page(answer: TestResponse, language: Language) -> None:
    """Fail unless it is a whole page in its language under a closed policy."""
    html = answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy == (f"{CLOSED}; script-src 'self'" if "<script" in html else CLOSED)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert f'<html lang="{language}">' in html
    title = re.search(r"<title>([^<]+)</title>", html)
    assert title
    assert title[1].strip()
    Reader(html).check()


def logged_in(app: Flask, mail: str) -> Client:
    browser = app.test_client()
    form = browser.get("/login", base_url=BASE).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    sent = {"csrf_token": token[1], "mail": mail, "password": PASSWORD}
    answer = browser.post("/login", data=sent, base_url=BASE)
    assert answer.status_code == HTTPStatus.FOUND
    return browser


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", Role)
def test_every_page_of_the_console_is_whole_for_every_role(
    consortium: Consortium, role: Role, language: Language
) -> None:
    app = console_app(consortium["beta"].node)
    browser = logged_in(app, f"{role}@beta.example.jp")
    arguments = of_console(consortium["beta"])
    for rule in pages_of(app):
        if rule.endpoint in PUBLIC:
            continue
        answer = browser.get(
            address(rule, arguments), base_url=BASE, headers={"Accept-Language": language}
        )
        may = role in ROLES[rule.endpoint]
        assert answer.status_code == (HTTPStatus.OK if may else HTTPStatus.FORBIDDEN), rule
        check_page(answer, language)
    shown = app.test_client().get("/login", base_url=BASE, headers={"Accept-Language": language})
    assert shown.status_code == HTTPStatus.OK
    check_page(shown, language)


def test_no_form_of_the_console_is_taken_without_its_token(consortium: Consortium) -> None:
    app = console_app(consortium["beta"].node)
    browser = logged_in(app, "administrator@beta.example.jp")
    arguments = of_console(consortium["beta"])
    before = consortium["beta"].node.counters()
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()):
            continue
        filled = dict.fromkeys(rule.arguments, "1" * 32) | arguments.get(rule.endpoint, {})
        built = rule.build(filled)
        assert built
        answer = browser.post(built[1], data={"language": "en", "answer": "x"}, base_url=BASE)
        assert answer.status_code == HTTPStatus.BAD_REQUEST, rule
        check_page(answer, "ja")
    assert consortium["beta"].node.counters() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_portal_is_whole(
    consortium: Consortium, person: Person, language: Language
) -> None:
    app = portal_app(consortium["alpha"].node)
    arguments = of_portal(person, language)
    asked_in = {"Accept-Language": language}
    for rule in pages_of(app):
        browser = app.test_client()
        answer = browser.get(address(rule, arguments), base_url=BASE, headers=asked_in)
        assert answer.status_code == HTTPStatus.OK, rule
        check_page(answer, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_form_at_the_portal_is_answered_in_words(
    consortium: Consortium, language: Language
) -> None:
    alpha = consortium["alpha"].node
    app = portal_app(alpha)
    before = alpha.counters()
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()):
            continue
        built = rule.build(dict.fromkeys(rule.arguments, "1" * 32))
        assert built
        answer = app.test_client().post(
            built[1], base_url=BASE, headers={"Accept-Language": language}
        )
        # Who asks for a new link learns nothing about the old one.
        is_silent = rule.endpoint == "consent.renew"
        assert answer.status_code < 500, rule
        assert (answer.status_code < 400) == is_silent, rule
        check_page(answer, language)
    assert alpha.counters() == before


@pytest.mark.parametrize("make", [peer_app, ops_app, api_app])
def test_machines_are_never_answered_by_a_page_or_a_cookie(
    consortium: Consortium, make: Callable[[Node], Flask]
) -> None:
    app = make(consortium["alpha"].node)
    signed = {"messages.bodies", "messages.receive", "messages.status", "applicants.take"}
    for rule in app.url_map.iter_rules():
        values = {"number": 1, "version": 1}
        built = rule.build({name: values.get(name, "1" * 32) for name in rule.arguments})
        assert built
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            answer = app.test_client().open(built[1], method=method, base_url=BASE)
            assert answer.status_code < 500, rule
            assert (answer.status_code == HTTPStatus.UNAUTHORIZED) == (rule.endpoint in signed)
            assert not answer.data or answer.mimetype != "text/html"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Set-Cookie" not in answer.headers
