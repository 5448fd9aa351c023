import re

import pytest
from flask import Flask

from node.i18n import LANGUAGES, Language
from node.web.portal.app import create_app
from node.web.portal.consent import ConsentPage
from node.web.portal.disclosure import DisclosurePage
from node.web.ui.company import Company
from node.web.ui.page import show_page
from tests.node.web.portal.samples import PAGES
from tests.node.web.reading import Reader


@pytest.fixture
def app(company: Company) -> Flask:
    return create_app(company, [], secret_key=b"k" * 32, is_behind_tls=False)


def show(app: Flask, name: str, language: Language) -> str:
    with app.test_request_context(headers={"Accept-Language": language}):
        return show_page(PAGES[name])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed_and_needs_no_inline_code(
    app: Flask, name: str, language: Language
) -> None:
    html = show(app, name, language)
    page = Reader(html)
    assert f'<html lang="{language}">' in html
    assert re.search(r"<title>\S[^<]+</title>", html)
    page.check()
    for tag, attributes in page.tags:
        if tag == "form":
            assert attributes["method"] == "post"
    for word in ("匿名加工情報", "仮名加工情報", "%(", "[", "{{"):
        assert word not in re.sub(r"<[^>]+>", "", html)


@pytest.mark.parametrize("name", PAGES)
def test_an_english_page_holds_no_japanese_but_names(app: Flask, name: str) -> None:
    html = re.sub(r'<a href="[^"]+" lang="ja"[^>]+>日本語</a>', "", show(app, name, "en"))
    main = html[html.index("<main") : html.index("</main>")]
    names = ("株式会社せきれい商事", "ひよどり製作所株式会社", "もず建設", "ひたきシステムズ")
    for own in (*names, "愛知県刈谷市架空町4-5", "愛知県刈谷市", "三重県桑名市", "水島 みなみ"):
        main = main.replace(own, "")
    main = main.replace("株式会社つばくろ電機", "")
    assert re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]+", main) == []


def test_a_question_of_consent_never_leans(app: Flask) -> None:
    for name in ("consent", "consent-again", "disclosure", "review", "disclosure-review-E1"):
        html = show(app, name, "ja")
        answers = re.search(r'<div class="choices">(.*?)</div>', html, re.DOTALL)
        assert answers
        buttons = re.findall(r'<button class="([^"]*)"', answers[1])
        assert set(buttons) == {"btn"}
        form = html[html.index("<form") :]
        first = re.search(r"<button[^>]*>", form)
        assert first
        assert first[0] == '<button hidden name="step" value="stay">'


@pytest.mark.parametrize("name", ["consent-empty", "consent-again", "disclosure-again"])
def test_what_is_missing_is_said_above_and_beside_its_field(app: Flask, name: str) -> None:
    page = PAGES[name]
    assert isinstance(page, ConsentPage | DisclosurePage)
    html = show(app, name, "en")
    for complaint in page.complaints:
        assert f'<a href="#{complaint.place}">{complaint.text}</a>' in html
        assert f'id="{complaint.place}"' in html
        assert f'<p class="error" id="{complaint.place}-error">' in html


def test_a_code_is_kept_where_something_else_was_missing(app: Flask) -> None:
    assert 'value="419027"' in show(app, "consent-empty", "ja")


def test_the_crowd_has_a_number_for_each_of_the_15_selections(app: Flask) -> None:
    html = show(app, "consent", "ja")
    found = re.findall(r'data-o="([01])" data-s="([01])" data-r="([01])" data-y="([01])">', html)
    assert len(set(found)) == 15


def test_only_the_pages_that_make_or_use_a_key_have_a_script(app: Flask) -> None:
    with_script = {name for name in PAGES if "<script" in show(app, name, "ja")}
    assert with_script == {
        *(name for name in PAGES if name.startswith(("consent", "review"))),
        "disclosure-review-E0",
        "disclosure-review-E1",
    }


def test_before_the_code_no_value_of_the_person_is_shown(app: Flask) -> None:
    html = show(app, "disclosure-code", "ja")
    assert "水島" not in html
    assert "example.jp" not in html
