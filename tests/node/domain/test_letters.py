from pathlib import Path

import pytest

import config
from node.domain.errors import EmptyFieldError, LetterError
from node.domain.letter_lint import lint
from node.domain.letters import (
    BANDED,
    LEGAL_FIELDS,
    MAX_BODY,
    MAX_VALUE,
    NEEDED,
    PLACES,
    LetterKind,
    LetterPlace,
    LetterTemplate,
)
from node.domain.merge_fields import MergeField, spelling
from node.i18n import LANGUAGES, Language
from protocol.taxonomy import StageBand

FOLDER = Path(config.__file__).parent / "letters"
VALUES = {name: f"<{name}>" for name in MergeField}


def shipped(
    kind: LetterKind, language: Language = "ja", band: StageBand = StageBand.DOC
) -> LetterTemplate:
    place = LetterPlace(kind, band if kind in BANDED else None)
    return at_place(place, language)


def at_place(place: LetterPlace, language: Language) -> LetterTemplate:
    text = (FOLDER / f"{place.stem}.{language}.toml").read_text(encoding="utf-8")
    return LetterTemplate.parse(place.kind, language, text)


def plain(body: str, *, subject: str = "お知らせ") -> LetterTemplate:
    needed = " ".join(f"{{{{ {name} }}}}" for name in sorted(NEEDED[LetterKind.REJECTION]))
    return LetterTemplate(LetterKind.REJECTION, "ja", subject, f"{needed}\n{body}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.stem)
def test_shipped_letters_are_whole(place: LetterPlace, language: Language) -> None:
    template = at_place(place, language)
    assert lint(place.kind, language, template.subject, template.body) == ()
    letter = template.render(VALUES)
    for name in LEGAL_FIELDS:
        assert f"<{name}>" in letter.body
    assert "{{" not in letter.subject + letter.body


def test_no_file_lies_beside_the_letters() -> None:
    names = {f"{place.stem}.{language}.toml" for place in PLACES for language in LANGUAGES}
    assert {path.name for path in FOLDER.iterdir()} == names


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("band", StageBand)
def test_the_plain_rejection_asks_for_nothing(language: Language, band: StageBand) -> None:
    used = shipped(LetterKind.REJECTION, language, band).fields
    assert not used & {MergeField.LINK, MergeField.CODE, MergeField.STOP}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(BANDED))
def test_letters_after_each_stage_differ(kind: LetterKind, language: Language) -> None:
    assert len({shipped(kind, language, band).body for band in StageBand}) == len(StageBand)


@pytest.mark.parametrize("band", StageBand)
def test_seed_case_c_letters_are_no_set_phrases(band: StageBand) -> None:
    body = shipped(LetterKind.REJECTION, "ja", band).body
    for phrase in ("お祈り", "ご活躍", "慎重に選考", "希望に添えない", "貴殿"):
        assert phrase not in body


@pytest.mark.parametrize("kind", [LetterKind.RELAY, LetterKind.DISCLOSURE])
def test_code_stands_beside_the_link_and_not_in_it(kind: LetterKind) -> None:
    letter = shipped(kind).render(VALUES | {MergeField.LINK: "https://x.example.jp/c/secret"})
    assert any(line == "https://x.example.jp/c/secret" for line in letter.body.splitlines())
    assert letter.body.count("<code>") == 1


@pytest.mark.parametrize(
    ("kind", "field", "text"),
    [
        (LetterKind.RELAY, MergeField.NAME, "賞金 https://x.example/"),
        (LetterKind.RELAY, MergeField.NAME, "WWW.x.example"),
        (LetterKind.RELAY, MergeField.NAME, "x.example/win"),
        (LetterKind.DISCLOSURE, MergeField.ASKING_JOB, "賞金 https://x.example/"),
        (LetterKind.DISCLOSURE, MergeField.ASKING_JOB, "www.x.example"),
    ],
)
def test_t19_who_names_oneself_after_an_address_sends_nobody_there(
    kind: LetterKind, field: MergeField, text: str
) -> None:
    with pytest.raises(LetterError, match=f"the value of {field} leads"):
        shipped(kind).render(VALUES | {field: text})


@pytest.mark.parametrize(
    ("kind", "field", "text"),
    [
        (LetterKind.RELAY, MergeField.NAME, "J.R. Smith"),
        (LetterKind.RELAY, MergeField.NAME, "佐伯／葵"),
        (LetterKind.DISCLOSURE, MergeField.ASKING_JOB, "Node.js/React 技術者"),
        (LetterKind.DISCLOSURE, MergeField.ASKING_JOB, "ASP.NET/C# 1.5年"),
    ],
)
def test_names_with_dots_and_strokes_lead_nowhere(
    kind: LetterKind, field: MergeField, text: str
) -> None:
    letter = shipped(kind).render(VALUES | {field: text})
    assert text in letter.body


def test_the_same_file_gives_the_same_version() -> None:
    assert shipped(LetterKind.RELAY).version == shipped(LetterKind.RELAY).version
    assert shipped(LetterKind.RELAY).version != shipped(LetterKind.RELAY, "en").version


@pytest.mark.parametrize("name", sorted(NEEDED[LetterKind.RELAY]))
def test_letter_without_a_needed_field_is_refused(name: MergeField) -> None:
    whole = shipped(LetterKind.RELAY)
    with pytest.raises(LetterError, match=spelling(name, "ja")):
        LetterTemplate(
            whole.kind, "ja", whole.subject, whole.body.replace(spelling(name, "ja"), "")
        )


@pytest.mark.parametrize("field", ["link", "code", "stop", "asking", "why"])
def test_letter_with_a_field_that_it_cannot_fill_is_refused(field: str) -> None:
    with pytest.raises(LetterError, match="cannot fill"):
        plain(f"{{{{ {field} }}}}")


def test_link_in_a_subject_is_refused() -> None:
    whole = shipped(LetterKind.RELAY)
    with pytest.raises(LetterError, match="subject"):
        LetterTemplate(whole.kind, "ja", "{{ code }}", whole.body)


@pytest.mark.parametrize(
    ("subject", "body"),
    [("", ""), ("a\nBcc: x", ""), ("a" * 81, ""), ("{{ 1 }}", ""), ("a", "x" * MAX_BODY)],
    ids=["empty", "header", "long subject", "program", "long body"],
)
def test_other_subjects_and_lengths_are_refused(subject: str, body: str) -> None:
    with pytest.raises(LetterError):
        plain(body, subject=subject)


@pytest.mark.parametrize(
    "text",
    ["", "subject = 1\nbody = 'a'", "subject = 'a'", "subject = 'a'\nbody = 1", "x", "\x00"],
    ids=range(6),
)
def test_what_is_no_letter_file_is_refused(text: str) -> None:
    with pytest.raises(LetterError):
        LetterTemplate.parse(LetterKind.REJECTION, "ja", text)


def test_empty_value_is_refused() -> None:
    with pytest.raises(EmptyFieldError):
        plain("").render(VALUES | {MergeField.NAME: "  "})
    with pytest.raises(EmptyFieldError):
        plain("").render({})


@pytest.mark.parametrize("value", ["a\r\nBcc: x", "a\u2028b", "a" * (MAX_VALUE + 1)], ids=range(3))
def test_value_cannot_write_lines_of_its_own(value: str) -> None:
    with pytest.raises(LetterError):
        plain("", subject="{{ name }}").render(VALUES | {MergeField.NAME: value})


def test_value_is_text_even_where_it_looks_like_a_template() -> None:
    letter = plain("").render(VALUES | {MergeField.NAME: "{{ code }}"})
    assert "{{ code }}" in letter.body


def test_filled_letter_is_not_shown() -> None:
    assert repr(plain("").render(VALUES)) == "Letter()"
