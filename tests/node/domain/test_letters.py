from pathlib import Path

import pytest

import config
from node.domain.errors import EmptyFieldError, LetterError
from node.domain.letters import (
    EASY_SUBJECT,
    LEGAL_FIELDS,
    MAX_BODY,
    MAX_VALUE,
    NEEDED,
    LetterKind,
    LetterTemplate,
    MergeField,
    merge_fields,
)
from node.i18n import LANGUAGES, Language

FOLDER = Path(config.__file__).parent / "letters"
VALUES = {name: f"<{name}>" for name in MergeField}


def shipped(kind: LetterKind, language: Language = "ja") -> LetterTemplate:
    text = (FOLDER / f"{kind}.{language}.toml").read_text(encoding="utf-8")
    return LetterTemplate.parse(kind, language, text)


def plain(body: str, *, subject: str = "お知らせ") -> LetterTemplate:
    needed = " ".join(f"{{{{ {name} }}}}" for name in sorted(NEEDED[LetterKind.REJECTION]))
    return LetterTemplate(LetterKind.REJECTION, "ja", subject, f"{needed}\n{body}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LetterKind)
def test_shipped_letters_are_whole(kind: LetterKind, language: Language) -> None:
    template = shipped(kind, language)
    assert template.lint() == ()
    letter = template.render(VALUES)
    for name in LEGAL_FIELDS:
        assert f"<{name}>" in letter.body
    assert "{{" not in letter.subject + letter.body


def test_no_file_lies_beside_the_letters() -> None:
    names = {f"{kind}.{language}.toml" for kind in LetterKind for language in LANGUAGES}
    assert {path.name for path in FOLDER.iterdir()} == names


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plain_rejection_asks_for_nothing(language: Language) -> None:
    used = merge_fields(shipped(LetterKind.REJECTION, language).body)
    assert not used & {MergeField.LINK, MergeField.CODE}


@pytest.mark.parametrize("kind", [LetterKind.RELAY, LetterKind.DISCLOSURE])
def test_code_stands_beside_the_link_and_not_in_it(kind: LetterKind) -> None:
    letter = shipped(kind).render(VALUES | {MergeField.LINK: "https://x.example.jp/c/secret"})
    assert any(line == "https://x.example.jp/c/secret" for line in letter.body.splitlines())
    assert letter.body.count("<code>") == 1


def test_the_same_file_gives_the_same_version() -> None:
    assert shipped(LetterKind.RELAY).version == shipped(LetterKind.RELAY).version
    assert shipped(LetterKind.RELAY).version != shipped(LetterKind.RELAY, "en").version


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 10**9 }}",
        "{{ name.x }}",
        "{{ name['x'] }}",
        "{{ name() }}",
        "{{ name|upper }}",
        "{{ name ~ code }}",
        "{{ 1 }}",
        "{% for a in name %}{% endfor %}",
        "{# hidden #}",
        "{{ surname }}",
        "{{ self }}",
        "{{",
        "{{ }}",
        "{{ " + "(" * 3900 + "name" + ")" * 3900 + " }}",
        "{{ " + "-" * 7000 + "name }}",
        "{{ name" + "[0]" * 2000 + " }}",
    ],
    ids=range(16),
)
def test_only_merge_fields_pass(text: str) -> None:
    with pytest.raises(LetterError):
        merge_fields(text)
    with pytest.raises(LetterError):
        plain(text)


def test_merge_fields_are_found() -> None:
    assert merge_fields("{{ name }} {{job}} text") == {MergeField.NAME, MergeField.JOB}


@pytest.mark.parametrize("name", sorted(NEEDED[LetterKind.RELAY]))
def test_letter_without_a_needed_field_is_refused(name: MergeField) -> None:
    whole = shipped(LetterKind.RELAY)
    with pytest.raises(LetterError, match=name):
        LetterTemplate(whole.kind, "ja", whole.subject, whole.body.replace(f"{{{{ {name} }}}}", ""))


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


def test_lint_tells_likely_mistakes() -> None:
    said = plain("{{ name }} 様様 {{ code }} {{ code }}", subject="あ" * (EASY_SUBJECT + 1)).lint()
    assert len(said) == 3


def test_filled_letter_is_not_shown() -> None:
    assert repr(plain("").render(VALUES)) == "Letter()"
