from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from flask import Flask, Response, redirect, request
from werkzeug.serving import make_server

from node.demo.browser import Browser, Page
from node.demo.errors import ConflictError, DemoError

HTML = """<!doctype html><title>A form</title>
<form method="post" action="/send" data-nonce="bm9uY2U">
<button hidden name="step" value="stay">Stay</button>
<input type="hidden" name="secret" value="s">
<input type="hidden" name="block" value="one">
<input name="block">
<input type="checkbox" name="to" value="a" checked><input type="checkbox" name="to" value="b">
<input type="radio" name="applied" value="yes"><input type="radio" name="applied" value="no">
<select name="months"><option value="6" selected>6</option><option value="3">3</option></select>
<select name="plain"><option>first</option><option>second</option></select>
<textarea name="words">as it was</textarea>
<input name="away" value="x" disabled><input type="file" name="paper">
<button name="answer" value="agree">Yes</button>
</form>"""

AGREE = ("answer", "agree")


def page() -> Page:
    return Page("http://127.0.0.1/c/x", 200, HTML)


def test_a_form_sends_what_stands_in_it_and_the_button_that_is_pressed() -> None:
    form = page().form("/send")
    assert form.pressed(AGREE) == [
        ("secret", "s"),
        ("block", "one"),
        ("block", ""),
        ("to", "a"),
        ("months", "6"),
        ("plain", "first"),
        ("words", "as it was"),
        AGREE,
    ]
    assert form.action == "http://127.0.0.1/send"
    assert form.attribute("data-nonce") == "bm9uY2U"
    assert form.value("secret") == "s"
    assert form.value("nothing") == ""


def test_a_form_sends_what_a_person_changed() -> None:
    form = page().form("/send")
    form.check("to", ["b"])
    form.check("applied", ["no"])
    form.choose("months", "3")
    form.type("block", "two")
    form.type("words", "as it is")
    form.put("secret", "t")
    form.put("key", "k")
    sent = form.pressed(AGREE)
    assert [value for name, value in sent if name == "to"] == ["b"]
    assert [value for name, value in sent if name == "block"] == ["one", "two"]
    assert dict(sent) | {"block": ""} == {
        "secret": "t",
        "block": "",
        "to": "b",
        "applied": "no",
        "months": "3",
        "plain": "first",
        "words": "as it is",
        "key": "k",
        "answer": "agree",
    }


def test_a_form_refuses_what_it_does_not_offer() -> None:
    form = page().form("/send")
    assert form.offered("to") == ["a", "b"]
    assert form.offered("months") == ["6", "3"]
    assert form.has("words")
    assert not form.has("code")
    with pytest.raises(DemoError, match="offers no to"):
        form.check("to", ["c"])
    with pytest.raises(DemoError, match="no 12"):
        form.choose("months", "12")
    with pytest.raises(DemoError, match="no field"):
        form.type("code", "123456")
    with pytest.raises(DemoError, match="no button"):
        form.pressed(("answer", "maybe"))
    with pytest.raises(DemoError, match="no form /other"):
        page().form("/other")


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def visited() -> Flask:
    app = Flask(__name__)

    @app.get("/start")
    def start() -> str:
        return HTML

    @app.post("/send")
    def send() -> Response:
        answer = redirect("/done?words=" + request.form["words"])
        answer.set_cookie("visit", "1")
        return Response(answer.data, answer.status_code, dict(answer.headers))

    @app.get("/done")
    def done() -> str:
        return f"<title>{request.args['words']} {request.cookies['visit']}</title>"

    @app.get("/late")
    def late() -> tuple[str, int]:
        return '<title>Late</title><p role="alert">Somebody was faster.</p>', 409

    @app.get("/circle")
    def circle() -> Response:
        answer = redirect("/circle")
        return Response(answer.data, answer.status_code, dict(answer.headers))

    return app


def test_a_browser_keeps_cookies_and_follows_a_redirect() -> None:
    with served(visited()) as address:
        browser = Browser()
        form = browser.get(f"{address}/start").form("/send")
        form.type("words", "said")
        done = browser.submit(form, AGREE)
        assert (done.status, done.title) == (200, "said 1")
        browser.close()


def test_a_browser_says_what_went_wrong_without_the_address() -> None:
    browser = Browser()
    with served(visited()) as address:
        with pytest.raises(DemoError, match="404"):
            browser.get(f"{address}/c/a-secret")
        with pytest.raises(ConflictError, match=r"409 “Late Somebody was faster\.”"):
            browser.get(f"{address}/late")
        with pytest.raises(DemoError, match="circles"):
            browser.get(f"{address}/circle")
        browser.close()
    with pytest.raises(DemoError) as raised:
        browser.get(f"{address}/c/a-secret")
    assert "a-secret" not in str(raised.value)
    browser.close()
