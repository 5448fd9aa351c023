"""Walks every route of the apps as they are assembled; no service is called."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Self, cast

import pytest
from flask import Flask
from werkzeug.routing import Rule

from node.assembly.apps import api_app, console_app, ops_app, peer_app, portal_app
from node.web.console.authorisation import PUBLIC, ROLES

if TYPE_CHECKING:
    from node.assembly.node import Node


class Unasked:
    """Stands for whatever an app is built from; fails as soon as it is used for more."""

    blind_index = bytes(32)
    portal_url = public_url = "https://alpha.example"
    legal_mode = "sandbox"
    licence = None
    assumed_least_yen = assumed_most_yen = 1

    def __getattr__(self, name: str) -> Self:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator[str]:
        return iter(())


APPS = {
    "portal": portal_app,
    "console": console_app,
    "peer": peer_app,
    "ops": ops_app,
    "api": api_app,
}


@pytest.fixture(params=APPS)
def app(request: pytest.FixtureRequest) -> Flask:
    return APPS[request.param](cast("Node", Unasked()))


def console() -> Flask:
    return console_app(cast("Node", Unasked()))


def path(rule: Rule) -> str:
    built = rule.build(dict.fromkeys(rule.arguments, "1" * 32))
    assert built
    return built[1]


def test_every_page_of_the_console_has_its_row_and_every_row_its_page() -> None:
    endpoints = {rule.endpoint for rule in console().url_map.iter_rules()}
    assert endpoints - PUBLIC == set(ROLES)
    assert endpoints >= PUBLIC


def test_nobody_opens_a_page_of_the_console_without_a_login() -> None:
    app = console()
    browser = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        for method in (rule.methods or set()) - {"OPTIONS"}:
            answer = browser.open(path(rule), method=method, base_url="https://alpha.example")
            assert (answer.status_code, answer.location) == (HTTPStatus.FOUND, "/login"), rule


def test_no_app_answers_outside_its_own_routes(app: Flask) -> None:
    answer = app.test_client().get("/no/such/place")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("name", "place"), [("portal", "/c/consent"), ("console", "/login")])
def test_form_that_is_too_large_is_refused_in_words(name: str, place: str) -> None:
    app = APPS[name](cast("Node", Unasked()))
    answer = app.test_client().post(
        place,
        data=bytes(app.config["MAX_CONTENT_LENGTH"] + 1),
        content_type="application/x-www-form-urlencoded",
        headers={"Accept-Language": "en"},
    )
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "That is too large" in answer.text


def test_no_route_takes_a_link_to_lead_on_to(app: Flask) -> None:
    names = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    assert names.isdisjoint({"next", "url", "to", "redirect"})


@pytest.mark.parametrize("name", ["portal", "peer"])
def test_a_nul_in_an_address_is_refused(name: str) -> None:
    app = APPS[name](cast("Node", Unasked()))
    browser = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.arguments and "GET" in (rule.methods or set()):
            place = re.sub(r"<[^>]+>", "%00", rule.rule)
            answer = browser.get(place, base_url="https://alpha.example")
            assert answer.status_code == HTTPStatus.NOT_FOUND, rule


@pytest.mark.parametrize(
    ("name", "place"), [("portal", "/c/consent"), ("portal", "/d/open"), ("console", "/login")]
)
def test_a_nul_in_a_form_is_refused(name: str, place: str) -> None:
    app = APPS[name](cast("Node", Unasked()))
    app.config["WTF_CSRF_ENABLED"] = False
    form = {"secret": "x", "mail": "miura\0@example.jp", "password": "x"}
    answer = app.test_client().post(place, data=form, base_url="https://alpha.example")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
