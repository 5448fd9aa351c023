import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from node.connectors.mail.outgoing import TemporaryMailError
from node.domain.letter_lint import Flaw
from node.domain.letters import LetterKind, LetterPlace
from node.web.console.letter_texts import BAND_NAMES, FLAWS, KIND_NAMES
from node.web.ui.company import Company
from protocol.taxonomy import StageBand
from tests.node.services.intake_world import World, file_of, open_world, row
from tests.node.web.console.desk import MAIL, Desk, open_desk

FINAL = LetterPlace(LetterKind.RELAY, StageBand.FINAL)
PATH = "/templates/relay.final"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as world:
        yield world


@pytest.fixture
def desk(world: World, company: Company) -> Desk:
    return open_desk(world, company)


def form(world: World, **changed: str) -> dict[str, str]:
    ja, en = (world.texts.shipped[FINAL, language] for language in ("ja", "en"))
    return {
        "job": "",
        "subject-ja": ja.subject,
        "body-ja": ja.body,
        "subject-en": en.subject,
        "body-en": en.body,
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }


def test_letters_are_listed_and_opened(desk: Desk) -> None:
    listed = desk.browser.get("/templates").text
    assert listed.count(">最初の文面<") == len(desk.world.texts.shipped) // 2
    page = desk.browser.get(PATH).text
    assert "{{ 氏名 }}" in page
    assert "{{ name }}" in page


def test_text_is_kept_used_and_taken_back(desk: Desk, world: World) -> None:
    answer = desk.post(f"{PATH}/save", **form(world, subject_ja="自社の件名"))
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert "自社の件名" in desk.browser.get(answer.headers["Location"]).text
    assert "自社の文面（全求人）" in desk.browser.get("/templates").text
    desk.post(f"{PATH}/restore", job="", language="ja", number="0")
    assert 'value="自社の件名"' not in desk.browser.get(PATH).text
    desk.post(f"{PATH}/restore", job="", language="ja", number="1")
    assert 'value="自社の件名"' in desk.browser.get(PATH).text


def test_flaw_is_said_beside_the_text_and_nothing_is_kept(desk: Desk, world: World) -> None:
    answer = desk.post(f"{PATH}/save", **form(world, body_ja="お祝い金を差し上げます"))
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "同意の見返りに" in answer.text
    assert "特定電子メール法で必要です" in answer.text
    assert "お祝い金を差し上げます" in answer.text
    assert "お祝い金" not in desk.browser.get(PATH).text


def test_text_of_the_form_cannot_write_the_page(desk: Desk, world: World) -> None:
    evil = "</textarea><script>alert(1)</script>"
    answer = desk.post(f"{PATH}/save", **form(world, body_ja=evil, subject_ja='"><script>'))
    assert "<script>alert" not in answer.text
    assert '"><script>' not in answer.text


def test_letter_is_shown_for_a_person_as_it_is_typed(desk: Desk, world: World) -> None:
    desk.take(file_of([row(1)]))
    found = re.search(r'<option value="([0-9a-f]{32})">架空 花子1 ', desk.browser.get(PATH).text)
    assert found
    sent = form(world, subject_ja="まだ保存していない", person=found[1])
    answer = desk.post(f"{PATH}/preview", **sent)
    assert answer.status_code == HTTPStatus.OK
    assert "架空 花子1 様" in answer.text
    assert "まだ保存していない" in answer.text
    assert "まだ保存していない" not in desk.browser.get(PATH).text


def test_letter_that_cannot_be_shown_says_so(desk: Desk, world: World) -> None:
    answer = desk.post(f"{PATH}/preview", **form(world, body_ja="本文だけ"))
    assert "差し込む値が足りず" in answer.text


def test_mail_to_oneself_comes_in_both_languages(desk: Desk, world: World) -> None:
    answer = desk.post(f"{PATH}/test", **form(world))
    assert answer.status_code == HTTPStatus.OK
    assert [str(one["To"]) for one in world.mail.taken] == [MAIL, MAIL]
    world.mail.faults[:] = [TemporaryMailError("no mail server")]
    failed = desk.post(f"{PATH}/test", **form(world))
    assert failed.status_code == HTTPStatus.BAD_GATEWAY
    assert "no mail server" in failed.text
    refused = desk.post(f"{PATH}/test", **form(world, body_ja="本文だけ"))
    assert refused.status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("path", ["/templates/x", "/templates/relay", f"{PATH}?job=unknown"])
def test_unknown_letter_or_job_is_not_found(desk: Desk, path: str) -> None:
    assert desk.browser.get(path).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"language": "xx", "number": "1"}, HTTPStatus.BAD_REQUEST),
        ({"language": "ja", "number": "-1"}, HTTPStatus.BAD_REQUEST),
        ({"language": "ja", "number": "1234567"}, HTTPStatus.BAD_REQUEST),
        ({"language": "ja", "number": "9"}, HTTPStatus.NOT_FOUND),
        ({"language": "ja", "number": "0", "job": "unknown"}, HTTPStatus.NOT_FOUND),
    ],
)
def test_version_that_is_none_is_refused(
    desk: Desk, changed: dict[str, str], status: HTTPStatus
) -> None:
    assert desk.post(f"{PATH}/restore", **changed).status_code == status


def test_text_of_an_unknown_job_is_not_kept(desk: Desk, world: World) -> None:
    answer = desk.post(f"{PATH}/save", **form(world, job="unknown"))
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_every_kind_band_and_flaw_has_its_words() -> None:
    assert set(KIND_NAMES) == set(LetterKind)
    assert set(BAND_NAMES) == set(StageBand)
    assert set(FLAWS) == set(Flaw)
