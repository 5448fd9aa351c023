import pytest
from pydantic import ValidationError

from config.webhook import WebhookSection

CONSOLE = "https://console.example.jp"


def test_the_url_is_a_secret() -> None:
    section = WebhookSection(url="https://chat.example.jp/hooks/abc", console_url=CONSOLE)
    assert "abc" not in repr(section)


@pytest.mark.parametrize(
    "url",
    [
        "chat.example.jp/x",
        "ftp://chat.example.jp/x",
        "https:///x",
        "https://user@chat.example.jp/x",
        "https://chat.example.jp/x?key=1",
        "https://chat.example.jp/x#y",
        "http://chat.example.jp/x",
        "http://10.0.0.5/x",
        "https://[::1/x",
        "https://chat.example.jp:99999/x",
        "https://chat.example.jp/x\ny",
    ],
)
def test_another_address_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        WebhookSection(url=url, console_url=CONSOLE)
    assert "write https://HOST/PATH" in str(refusal.value)
    assert url not in str(refusal.value)


def test_links_need_the_address_of_the_console() -> None:
    with pytest.raises(ValidationError, match="console_url"):
        WebhookSection(url="https://chat.example.jp/x")
