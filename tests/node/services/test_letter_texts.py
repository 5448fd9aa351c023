from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from node.connectors.mail.outgoing import TemporaryMailError
from node.domain.errors import EmptyFieldError, LetterError
from node.domain.letter_lint import Flaw
from node.domain.letters import PLACES, LetterKind, LetterPlace, LetterTemplate
from node.i18n import LANGUAGES, Language
from node.services.letter_previews import LetterPreviews, MailToSelfError
from node.services.letter_texts import (
    ALL_JOBS,
    SHIPPED,
    Draft,
    FlawedTextError,
    NoSuchTextError,
    drafts_of,
    place_of,
)
from node.storage.tables.application import Job
from node.storage.tables.letter import Letter, Link
from protocol.taxonomy import StageBand
from tests.node.services.intake_world import World, open_world, row

MEETING = LetterPlace(LetterKind.RELAY, StageBand.INTERVIEW)
DOC = LetterPlace(LetterKind.RELAY, StageBand.DOC)
OPERATOR = 7


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_world(tmp_path) as opened:
        yield opened


def documents_only(number: int) -> dict[str, str]:
    """Return somebody whom the company met never."""
    first = dict.fromkeys(("一次実施日", "一次結果", "一次評価", "一次面接官"), "")
    return row(number, 求人名="購買", 書類結果="不合格", **first)


def previews(world: World) -> LetterPreviews:
    return LetterPreviews(world.db, world.recipients.identities, world.messages, world.mail)


def shipped(world: World, place: LetterPlace, language: Language = "ja") -> Draft:
    template = world.texts.shipped[place, language]
    return Draft(template.subject, template.body)


def changed(world: World, place: LetterPlace, subject: str, language: Language = "ja") -> Draft:
    return Draft(subject, shipped(world, place, language).body)


def subjects(world: World, count: int) -> list[str]:
    """Send what waits and return the subjects."""
    world.letters.confirm(count)
    world.letters.send_due()
    return [str(message["Subject"]) for message in world.mail.taken]


def job_id(world: World, title: str) -> str:
    with world.db.read() as tx:
        return tx.exec(select(Job.id).where(Job.title == title)).one()


def test_text_of_job_and_stage_goes_before_stage_before_shipped(world: World) -> None:
    world.queue([row(1), row(2, 求人名="購買"), documents_only(3)])
    purchase = job_id(world, "購買")
    texts = world.texts
    texts.save(MEETING, ALL_JOBS, {"ja": changed(world, MEETING, "全求人")}, OPERATOR)
    texts.save(MEETING, purchase, {"ja": changed(world, MEETING, "購買だけ")}, OPERATOR)
    assert sorted(subjects(world, 3)) == sorted(["全求人", "購買だけ", shipped(world, DOC).subject])


def test_letter_notes_the_version_of_its_text(world: World) -> None:
    world.queue([row(1)])
    world.texts.save(MEETING, ALL_JOBS, {"ja": changed(world, MEETING, "自社")}, OPERATOR)
    subjects(world, 1)
    with world.db.read() as tx:
        version = tx.exec(select(Letter.version)).one()
        template = world.texts.choose(tx, LetterKind.RELAY, "ja", None)
    own = changed(world, MEETING, "自社")
    assert version == LetterTemplate(MEETING.kind, "ja", own.subject, own.body).version
    assert template == world.texts.shipped[DOC, "ja"]


def test_older_versions_are_kept_and_come_back(world: World) -> None:
    texts = world.texts
    for subject in ("一", "二", "三"):
        texts.save(MEETING, ALL_JOBS, {"ja": changed(world, MEETING, subject)}, OPERATOR)
    assert in_use(world) == ("三", True, [3, 2, 1])
    texts.restore(MEETING, ALL_JOBS, "ja", 1, OPERATOR)
    assert in_use(world) == ("一", True, [4, 3, 2, 1])
    texts.restore(MEETING, ALL_JOBS, "ja", SHIPPED, OPERATOR)
    assert in_use(world) == (shipped(world, MEETING).subject, False, [5, 4, 3, 2, 1])
    texts.restore(MEETING, ALL_JOBS, "ja", 3, OPERATOR)
    assert in_use(world)[:2] == ("三", True)


def in_use(world: World) -> tuple[str, bool, list[int]]:
    ja, en = world.texts.edited(MEETING, ALL_JOBS)
    assert en.draft == shipped(world, MEETING, "en")
    assert en.versions == ()
    return ja.draft.subject, ja.is_own, [version.number for version in ja.versions]


def test_same_text_is_no_new_version(world: World) -> None:
    texts = world.texts
    texts.save(MEETING, ALL_JOBS, {"ja": shipped(world, MEETING)}, OPERATOR)
    assert in_use(world) == (shipped(world, MEETING).subject, False, [])
    for _ in range(2):
        texts.save(MEETING, ALL_JOBS, {"ja": changed(world, MEETING, "一")}, OPERATOR)
    assert in_use(world) == ("一", True, [1])


def test_flawed_text_keeps_nothing_of_either_language(world: World) -> None:
    drafts: dict[Language, Draft] = {
        "ja": changed(world, MEETING, "良い"),
        "en": Draft("Good", "no sender, no link"),
    }
    with pytest.raises(FlawedTextError) as caught:
        world.texts.save(MEETING, ALL_JOBS, drafts, OPERATOR)
    assert list(caught.value.flaws) == ["en"]
    assert Flaw.SENDER in caught.value.flaws["en"]
    assert in_use(world) == (shipped(world, MEETING).subject, False, [])


def test_advice_does_not_stop_a_text(world: World) -> None:
    world.texts.save(MEETING, ALL_JOBS, {"ja": changed(world, MEETING, "長" * 31)}, OPERATOR)
    assert in_use(world)[0] == "長" * 31


def test_unknown_job_and_version_are_refused(world: World) -> None:
    draft: dict[Language, Draft] = {"ja": changed(world, MEETING, "一")}
    with pytest.raises(NoSuchTextError):
        world.texts.save(MEETING, "0" * 32, draft, OPERATOR)
    with pytest.raises(NoSuchTextError):
        world.texts.edited(MEETING, "0" * 32)
    with pytest.raises(NoSuchTextError):
        world.texts.restore(MEETING, ALL_JOBS, "ja", 1, OPERATOR)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.stem)
def test_every_place_is_found_by_its_name(place: LetterPlace) -> None:
    assert place_of(place.stem) == place


@pytest.mark.parametrize("stem", ["", "relay", "relay.x", "offer.doc", "x", "relay.doc.ja", "../a"])
def test_other_names_are_no_place(stem: str) -> None:
    with pytest.raises(NoSuchTextError):
        place_of(stem)


def test_own_texts_are_listed(world: World) -> None:
    world.take([row(1)])
    sales = job_id(world, "法人営業（名古屋）")
    for job in (ALL_JOBS, sales):
        world.texts.save(MEETING, job, {"ja": changed(world, MEETING, f"{job}題")}, OPERATOR)
    assert [(one.place, one.job_id, one.job) for one in world.texts.own()] == [
        (MEETING, ALL_JOBS, ""),
        (MEETING, sales, "法人営業（名古屋）"),
    ]
    world.texts.restore(MEETING, ALL_JOBS, "ja", SHIPPED, OPERATOR)
    assert [one.job_id for one in world.texts.own()] == [sales]


def test_form_becomes_drafts() -> None:
    form = {"subject-ja": " 題 ", "body-ja": "\r\n一\r\n二\r\n", "subject-xx": "a", "job": ""}
    assert drafts_of(form) == {"ja": Draft("題", "一\n二\n")}


def test_preview_for_a_real_person_keeps_and_sends_nothing(world: World) -> None:
    world.take([row(1)])
    service = previews(world)
    (person,) = service.people(ALL_JOBS)
    assert (person.name, person.job) == ("架空 花子1", "法人営業（名古屋）")
    letter = service.render(MEETING, "ja", shipped(world, MEETING), person.application_id)
    assert "架空 花子1 様" in letter.body
    assert "/c/sample" in letter.body
    with world.db.read() as tx:
        assert tx.exec(select(Link)).all() == []
        assert tx.exec(select(Letter)).all() == []
    assert world.mail.taken == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.stem)
def test_every_shipped_letter_can_be_looked_at(
    world: World, place: LetterPlace, language: Language
) -> None:
    letter = previews(world).render(place, language, shipped(world, place, language), "")
    assert "{{" not in letter.subject + letter.body


def test_preview_tells_an_empty_value(world: World) -> None:
    world.take([row(1, 氏名="様")])
    service = previews(world)
    (person,) = service.people(ALL_JOBS)
    with pytest.raises(EmptyFieldError):
        service.render(MEETING, "ja", shipped(world, MEETING), person.application_id)


def test_name_that_bears_its_form_of_address_gets_no_second(world: World) -> None:
    world.queue([row(1, 氏名="架空 花子様")])
    world.letters.confirm(1)
    world.letters.send_due()
    body = world.mail.taken[0].get_content()
    assert "架空 花子 様\n" in body.replace("\r\n", "\n")
    assert "様 様" not in body


def test_test_mail_goes_to_oneself_with_nobody_in_it(world: World) -> None:
    world.take([row(1)])
    previews(world).send_test(MEETING, "ja", shipped(world, MEETING), "miura@example.jp")
    (message,) = world.mail.taken
    assert message["To"] == "miura@example.jp"
    assert "見本 太郎 様" in message.get_content()
    assert "花子" not in message.get_content()


def test_test_mail_that_does_not_go_is_told(world: World) -> None:
    world.mail.faults[:] = [TemporaryMailError("no mail server")]
    with pytest.raises(MailToSelfError, match="no mail server"):
        previews(world).send_test(MEETING, "ja", shipped(world, MEETING), "miura@example.jp")


def test_test_mail_of_a_flawed_text_is_refused(world: World) -> None:
    with pytest.raises(LetterError):
        previews(world).send_test(MEETING, "ja", Draft("題", "本文"), "miura@example.jp")
    assert world.mail.taken == []
