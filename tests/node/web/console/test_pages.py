import re

import pytest
from flask import Flask
from flask_security import login_user

from node.clock import StandingClock
from node.domain.operator import Role
from node.i18n import LANGUAGES, Language
from node.services.operators import Operators
from node.storage.database import Database
from node.storage.tables.operator import Operator
from node.web.console.app import create_app
from node.web.console.openings import OpeningForm
from node.web.ui.company import Company
from node.web.ui.page import show_page
from tests.node.web.console.samples import PAGES
from tests.node.web.reading import Reader


@pytest.fixture
def app(db: Database, clock: StandingClock, company: Company) -> Flask:
    return create_app(company, Operators(db, clock), [], secret_key=b"k" * 32, is_behind_tls=False)


def show(app: Flask, name: str, language: Language) -> str:
    with app.test_request_context(headers={"Accept-Language": language}):
        login_user(
            Operator(
                id=1,
                email="saeki@example.jp",
                name="Saeki",
                password="",
                role=Role.RECRUITER,
                active=True,
                fs_uniquifier="u",
                created_at=0,
            )
        )
        return show_page(PAGES[name])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed_in_both_languages(app: Flask, name: str) -> None:
    for language in LANGUAGES:
        html = show(app, name, language)
        Reader(html).check()
        assert f'<html lang="{language}">' in html
        assert re.search(r"<title>\S[^<]+</title>", html)
        text = re.sub(r"<[^>]+>", "", html)
        for word in ("匿名加工情報", "仮名加工情報", "%(", "[", "{{"):
            assert word not in text
        forms = html.count('method="post"')
        assert html.count('name="csrf_token"') == forms
        if language == "en":
            main = html[html.index("<main") : html.index("</main>")]
            assert re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]+", main) == []


def test_no_page_knows_age_or_sex(app: Flask) -> None:
    for name in ("applicants", "rejected", "opening", "opening-form", "proposals"):
        fields = {
            str(attributes.get("name"))
            for tag, attributes in Reader(show(app, name, "en")).tags
            if tag in {"input", "select"}
        }
        assert fields.isdisjoint({"age", "sex", "gender", "birth"})


def test_what_is_missing_is_said_above_and_beside_its_field(app: Flask) -> None:
    page = PAGES["opening-form-again"]
    assert isinstance(page, OpeningForm)
    html = show(app, "opening-form-again", "en")
    assert '<a href="#wage">Pay: Write it in at most 2000 characters</a>' in html
    for complaint in page.complaints:
        assert f'<a href="#{complaint.place}">' in html
        assert f'id="{complaint.place}"' in html
        assert f'<p class="error" id="{complaint.place}-error">{complaint.text}</p>' in html


def test_one_of_a_kind_is_said_in_the_singular(app: Flask) -> None:
    html = show(app, "today", "en")
    assert "1<small> person</small>" in html
    assert "4<small> people</small>" in html


def test_too_few_cases_are_never_a_percentage(app: Flask) -> None:
    html = show(app, "analytics", "ja")
    offer = re.search(r'<th scope="row">内定</th>(.*?)</tr>', html, re.DOTALL)
    assert offer
    said = re.sub(r"<[^>]+>", "", offer[1])
    assert "件数不足" in said
    assert "%" not in said
    assert "件数不足（19件）" in html
