import re
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

import pytest

from node.assembly.apps import console_app
from node.domain.operator import Role
from node.services.operators import OperatorExistsError
from tests.node.web.reading import Reader
from tests.scenarios.consortium import Consortium, founded
from tests.scenarios.relay import credited

MAIL, PASSWORD = "miura@example.jp", "a long enough password"
SPLIT = "別の履歴をほかに見せていない"


@pytest.fixture(scope="module")
def consortium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consortium]:
    with founded(tmp_path_factory.mktemp("three")) as found:
        found.tick(2)
        credited(found, "alpha")
        yield found


def shown(consortium: Consortium, name: str, language: str = "ja") -> str:
    node = consortium[name].node
    with suppress(OperatorExistsError):
        node.people.operators.add(
            mail=MAIL, name="三浦 さやか", role=Role.RECRUITER, password=PASSWORD
        )
    client = console_app(node).test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert found
    form = {"mail": MAIL, "password": PASSWORD, "csrf_token": found[1]}
    assert client.post("/login", data=form).status_code == HTTPStatus.FOUND
    answer = client.get("/relay", headers={"Accept-Language": language})
    assert answer.status_code == HTTPStatus.OK
    Reader(answer.text).check()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a10_ten_people_counted_are_one_credit_to_use(consortium: Consortium) -> None:
    text = shown(consortium, "alpha")
    assert "使える枠 1 枠（予約中 0）" in text
    assert "次の枠まで、あと10人。" in text
    assert text.count("紹介の計上 ") == 10


def test_a18_the_flow_sums_to_the_ledger(consortium: Consortium) -> None:
    text = shown(consortium, "alpha", "en")
    assert re.search(r"Total 0 10 ", text)
    assert re.search(r"Total 10 0 ", shown(consortium, "beta", "en"))


def test_everybody_s_balance_lease_and_log_are_shown(consortium: Consortium) -> None:
    text = shown(consortium, "gamma")
    assert "架空alpha株式会社 10 1 1 0 0 0 0" in text
    assert "架空gamma株式会社 当社 0 0 0 0 0 0 0" in text
    assert "gamma.example.jp/tasuki/v1/log/0001" in text
    assert text.count("正常") == 2
    assert SPLIT not in text


def test_two_members_alone_are_told_what_is_not_excluded(tmp_path: Path) -> None:
    with founded(tmp_path, ("alpha", "beta")) as found:
        assert SPLIT in shown(found, "alpha")
