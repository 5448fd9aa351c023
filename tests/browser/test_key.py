"""The key script in a real browser: what it signs is what the protocol verifies."""

import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from flask import Blueprint, request
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from crypto import canonical_json, ed25519, p256
from crypto.encoding import b64url_decode, b64url_encode
from crypto.hashing import sha256, tagged
from node.i18n import Bilingual
from node.web.portal.app import create_app
from node.web.portal.disclosure import DisclosureReview
from node.web.ui.company import Company
from node.web.ui.page import show_page
from node.web.ui.static_files import static_files
from tests.node.web.portal.samples import CONSENT, PAGES, review

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: the key script")

NONCE, IDENTITY = bytes(32), canonical_json.dumps({"name": "水島 みなみ"})
CONSENT_LIMIT = {"ja": 600, "en": 220}  # design/README: characters and words before the answer


@dataclass
class Portal:
    """The pages with what was posted to them; *statement* is shown by the review pages."""

    url: str = ""
    posted: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    statement: bytes = b"{}"
    public_key: str = ""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="ja")
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    yield page
    context.close()


@pytest.fixture
def portal() -> Iterator[Portal]:
    state = Portal()
    pages = Blueprint("c", __name__)

    @pages.get("/<name>/<lang>")
    def show(name: str, lang: str) -> str:
        del lang
        statement = b64url_encode(state.statement)
        if name == "review":
            return show_page(replace(review(), statement=statement))
        if name == "accept":
            template = PAGES["disclosure-review-E1"]
            assert isinstance(template, DisclosureReview)
            return show_page(
                replace(
                    template,
                    statement=statement,
                    nonce=b64url_encode(NONCE),
                    identity=b64url_encode(IDENTITY),
                    public_key=state.public_key,
                )
            )
        return show_page(replace(CONSENT, public_key=state.public_key))

    @pages.post("/<room>/<act>")
    def take(room: str, act: str) -> str:
        state.posted.append((f"{room}/{act}", request.form.to_dict()))
        return "taken"

    company = Company(
        Bilingual("ひよどり製作所株式会社", "Hiyodori Works, Inc."),
        *("架空町1-2-3", "代表取締役", "窓口", "000", "平日"),
        legal_mode="sandbox",
    )
    app = create_app(company, [pages], secret_key=b"k" * 32, is_behind_tls=False)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def agree(page: Page, portal: Portal) -> dict[str, str]:
    page.goto(f"{portal.url}/consent/ja")
    page.fill("#code", "123456")
    page.click("button[value=agree]")
    page.wait_for_url("**/c/consent")
    return portal.posted[-1][1]


def signed(label: bytes, statement: bytes) -> bytes:
    return label + b"\n" + sha256(statement)


def test_a_consent_is_signed_by_the_key_that_was_made_for_it(page: Page, portal: Portal) -> None:
    form = agree(page, portal)
    assert (form["answer"], form["code"], form["key_alg"]) == ("agree", "123456", "ed25519")
    key = ed25519.VerifyKey(b64url_decode(form["key"]))
    portal.statement = canonical_json.dumps({"key": {"alg": "ed25519", "key": form["key"]}, "v": 1})
    page.goto(f"{portal.url}/review/ja")
    page.click("button[value=agree]")
    page.wait_for_url("**/c/sign")
    where, sent = portal.posted[-1]
    assert where == "c/sign"
    assert b64url_decode(sent["statement"]) == portal.statement
    key.verify(signed(b"tasuki/1 consent", portal.statement), b64url_decode(sent["signature"]))


def test_a_later_consent_keeps_the_key_of_the_earlier(page: Page, portal: Portal) -> None:
    first = agree(page, portal)["key"]
    assert agree(page, portal)["key"] != first
    portal.public_key = first
    assert agree(page, portal)["key"] == first


def test_an_acceptance_is_signed_where_the_payload_is_what_is_shown(
    page: Page, portal: Portal
) -> None:
    portal.public_key = agree(page, portal)["key"]
    payload = tagged("tasuki/1 payload", NONCE, IDENTITY).hex()
    portal.statement = canonical_json.dumps({"payload": payload, "v": 1})
    page.goto(f"{portal.url}/accept/ja")
    page.click("button[value=accept]")
    page.wait_for_url("**/d/sign")
    key = ed25519.VerifyKey(b64url_decode(portal.public_key))
    signature = b64url_decode(portal.posted[-1][1]["signature"])
    key.verify(signed(b"tasuki/1 accept", portal.statement), signature)


def test_another_payload_is_refused_in_words(page: Page, portal: Portal) -> None:
    portal.public_key = agree(page, portal)["key"]
    portal.statement = canonical_json.dumps({"payload": "0" * 64, "v": 1})
    page.goto(f"{portal.url}/accept/ja")
    page.click("button[value=accept]")
    page.wait_for_selector("[data-payload-error]", state="visible")
    assert [where for where, _ in portal.posted] == ["c/consent"]


def test_a_key_of_another_browser_is_missed_in_words(page: Page, portal: Portal) -> None:
    portal.public_key = b64url_encode(bytes(32))
    payload = tagged("tasuki/1 payload", NONCE, IDENTITY).hex()
    portal.statement = canonical_json.dumps({"payload": payload, "v": 1})
    page.goto(f"{portal.url}/accept/ja")
    page.click("button[value=accept]")
    page.wait_for_selector("[data-key-error]", state="visible")
    assert portal.posted == []


def test_a_no_needs_no_key(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/consent/ja")
    page.fill("#code", "123456")
    page.click("button[value=decline]")
    page.wait_for_url("**/c/consent")
    assert portal.posted[-1][1]["answer"] == "decline"
    assert "key" not in portal.posted[-1][1]


def test_enter_never_answers(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/consent/ja")
    page.fill("#code", "123456")
    page.press("#code", "Enter")
    page.wait_for_url("**/c/consent")
    assert portal.posted[-1][1]["step"] == "stay"
    assert "answer" not in portal.posted[-1][1]


def test_a_browser_without_ed25519_signs_with_es256(page: Page, portal: Portal) -> None:
    page.add_init_script(
        """const make = SubtleCrypto.prototype.generateKey;
        SubtleCrypto.prototype.generateKey = function (algorithm, ...rest) {
          if (algorithm.name === "Ed25519") throw new DOMException("none", "NotSupportedError");
          return make.call(this, algorithm, ...rest);
        };"""
    )
    form = agree(page, portal)
    assert form["key_alg"] == "es256"
    key = p256.VerifyKey(b64url_decode(form["key"]))
    portal.statement = canonical_json.dumps({"key": {"alg": "es256", "key": form["key"]}})
    page.goto(f"{portal.url}/review/ja")
    page.click("button[value=agree]")
    page.wait_for_url("**/c/sign")
    signature = b64url_decode(portal.posted[-1][1]["signature"])
    key.verify(signed(b"tasuki/1 consent", portal.statement), signature)


def test_without_script_the_answer_is_sent_without_a_key(browser: Browser, portal: Portal) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}/consent/ja")
    page.fill("#code", "123456")
    page.click("button[value=agree]")
    page.wait_for_url("**/c/consent")
    assert "key" not in portal.posted[-1][1]
    context.close()


def test_the_private_half_never_leaves_the_browser(page: Page, portal: Portal) -> None:
    agree(page, portal)
    page.goto(f"{portal.url}/review/ja")
    kept = page.evaluate(
        """() => new Promise((resolve) => {
          const opening = indexedDB.open("tasuki", 1);
          opening.onsuccess = () => {
            const keys = opening.result.transaction("keys").objectStore("keys").getAll();
            keys.onsuccess = () => resolve(keys.result.map((row) => row.secret.extractable));
          };
        })"""
    )
    assert kept == [False]


def test_the_consent_page_is_short_enough_to_be_read(page: Page, portal: Portal) -> None:
    for language in ("ja", "en"):
        context = page.context.browser
        assert context
        reader = context.new_page(locale=language)
        reader.goto(f"{portal.url}/consent/{language}")
        for box in reader.locator("[name=field]:checked").all():
            box.uncheck()
        text = reader.evaluate(
            """() => {
              document.querySelector(".answer .choices").remove();
              const unseen = document.querySelectorAll("rt, option:not(:checked)");
              unseen.forEach((element) => element.remove());
              return document.querySelector("main").innerText;
            }"""
        )
        reader.close()
        size = len(re.sub(r"\s", "", text)) if language == "ja" else len(text.split())
        assert size <= CONSENT_LIMIT[language], text


def test_no_page_scrolls_sideways_on_a_phone(page: Page, portal: Portal) -> None:
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for language in ("ja", "en"):
            for name in ("consent", "review", "accept"):
                page.goto(f"{portal.url}/{name}/{language}")
                assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_consent_page_weighs_little(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/consent/ja")
    files = sum(len(file.content) for file in static_files().values())
    assert len(page.content().encode("utf-8")) + files <= 60_000
