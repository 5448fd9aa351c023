import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.errors import LetterError
from node.domain.merge_fields import JAPANESE, MergeField, fill, merge_fields, spelling

FORBIDDEN = [
    "{{ 'a' * 10**9 }}",
    "{{ name.x }}",
    "{{ name['x'] }}",
    "{{ name() }}",
    "{{ name|upper }}",
    "{{ name ~ code }}",
    "{{ 1 }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self }}",
    "{{ surname }}",
    "{{ 苗字 }}",
    "{% for a in name %}{% endfor %}",
    "{% raw %}{{ name }}{% endraw %}",
    "{# hidden #}",
    "{{",
    "}}",
    "{{ }}",
    "{{ name }}}}",
    "{{{ name }}}",
    "{{ name",
    "{{ na\nme }}",
    "{{ " + "(" * 3900 + "name" + ")" * 3900 + " }}",
    "{{ " + "-" * 7000 + "name }}",
    "{{ name" + "[0]" * 2000 + " }}",
    "{{ " * 2600,
    "{{" + " " * 7900,
    "{{ " + "a" * 7900,
]


@pytest.mark.parametrize("text", FORBIDDEN, ids=range(len(FORBIDDEN)))
def test_t18_program_in_a_template_is_refused_at_once(text: str) -> None:
    begin = time.process_time()
    with pytest.raises(LetterError):
        merge_fields(text)
    assert time.process_time() - begin < 0.05


def test_merge_fields_are_found_in_both_languages() -> None:
    found = {MergeField.NAME, MergeField.JOB, MergeField.LINK}
    assert merge_fields("{{ name }} {{job}} {{ link }} text") == found
    assert merge_fields("{{ 氏名 }} {{職種}} {{ 同意リンク }} 本文") == found


@pytest.mark.parametrize(
    "name", ["氏名", "職種", "会社名", "選考段階", "同意リンク", *MergeField], ids=str
)
def test_every_name_stands_for_one_field(name: str) -> None:
    (field,) = merge_fields(f"{{{{ {name} }}}}")
    for language in ("ja", "en"):
        assert merge_fields(spelling(field, language)) == {field}


def test_every_field_has_one_japanese_name() -> None:
    assert sorted(JAPANESE.values()) == sorted(MergeField)


@given(st.text(), st.text())
def test_value_is_text_whatever_it_holds(before: str, value: str) -> None:
    text = before.replace("{", "").replace("}", "").replace("%", "") + "{{ 氏名 }}"
    assert fill(text, {MergeField.NAME: value}) == text.removesuffix("{{ 氏名 }}") + value


@given(st.text(alphabet="{}%# aname氏名", max_size=40))
def test_what_passes_holds_no_brace_after_filling(text: str) -> None:
    try:
        fields = merge_fields(text)
    except LetterError:
        return
    filled = fill(text, dict.fromkeys(fields, ""))
    assert "{{ name }}" not in filled
    assert "{%" not in filled
