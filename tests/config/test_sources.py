"""The settings of a source: what each kind needs, and nothing else."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from config.sources import SourceSection

HERP = {"kind": "herp", "url": "https://public-api.herp.cloud/hire"}
KINTONE = {"kind": "kintone", "url": "https://example.cybozu.com", "app": "12"}
GREENHOUSE = {
    "kind": "greenhouse",
    "url": "https://harvest.greenhouse.io",
    "token_url": "https://auth.greenhouse.io/token",
}
LEVER = {"kind": "lever", "url": "https://api.lever.co/v1"}
ASHBY = {"kind": "ashby", "folder": "/srv/inbox"}


@pytest.mark.parametrize("section", [{}, HERP, KINTONE, GREENHOUSE, LEVER, ASHBY])
def test_each_kind_is_read_every_quarter_of_an_hour(section: dict[str, str]) -> None:
    found = SourceSection.model_validate(section)
    assert found.poll_interval == timedelta(minutes=15)
    assert found.mail_owner == "node"


def test_a_server_on_this_machine_needs_no_tls() -> None:
    assert SourceSection(kind="herp", url="http://127.0.0.1:8000/hire").url is not None


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ({"kind": "herp"}, "url"),
        (KINTONE | {"app": None}, "app"),
        (GREENHOUSE | {"token_url": None}, "token_url"),
        ({"url": "https://example.jp"}, "url"),
        (HERP | {"app": "12"}, "app"),
        (LEVER | {"token_url": "https://example.jp/token"}, "token_url"),
        ({"mapping": "/etc/tasuki/x.toml"}, "mapping"),
        (HERP | {"folder": "/srv/inbox"}, "folder"),
        (ASHBY | {"url": "https://api.ashbyhq.com"}, "url"),
        (ASHBY | {"mapping": "/etc/tasuki/x.toml"}, "mapping"),
        (KINTONE | {"app": "0"}, "app"),
        (KINTONE | {"app": "12 or 1=1"}, "app"),
        (HERP | {"url": "http://public-api.herp.cloud/hire"}, "url"),
        (HERP | {"url": "https://public-api.herp.cloud/hire/"}, "url"),
        (HERP | {"url": "https://key@public-api.herp.cloud"}, "url"),
        (HERP | {"url": "https://public-api.herp.cloud/hire?x=1"}, "url"),
        (HERP | {"url": "ftp://public-api.herp.cloud"}, "url"),
        (HERP | {"url": "https://[::1"}, "url"),
        (HERP | {"poll_interval": "59s"}, "poll_interval"),
        (HERP | {"kind": "workday"}, "kind"),
        (HERP | {"key": "secret"}, "key"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_key(section: dict[str, object], key: str) -> None:
    given = {name: value for name, value in section.items() if value is not None}
    with pytest.raises(ValidationError) as caught:
        SourceSection.model_validate(given)
    (detail,) = caught.value.errors(include_url=False, include_input=False)
    assert key in (".".join(map(str, detail["loc"])) or detail["msg"]) or key in detail["msg"]
