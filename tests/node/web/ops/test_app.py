from http import HTTPStatus

from node.web.ops.app import create_app


def test_a_sealed_node_is_alive_but_not_ready() -> None:
    browser = create_app(lambda: "passphrase", dict).test_client()
    assert browser.get("/healthz").status_code == HTTPStatus.OK
    answer = browser.get("/readyz")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.text == "not ready: passphrase\n"


def test_an_open_node_is_ready_and_counts() -> None:
    browser = create_app(lambda: None, lambda: {"tokens_live": 3, "outbox": 0}).test_client()
    assert browser.get("/readyz").text == "ready\n"
    answer = browser.get("/metrics")
    assert answer.text == "tasuki_outbox 0\ntasuki_tokens_live 3\n"
    assert answer.headers["Cache-Control"] == "no-store"
