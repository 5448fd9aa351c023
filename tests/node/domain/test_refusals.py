import pytest

from node.assembly.words import read_vocabulary
from node.domain.errors import FileRefusedError, MappingError
from node.domain.field import MEANINGS
from node.domain.field_words import groups, meaning_word
from node.domain.refusals import REFUSALS, refusal

VOCABULARY = read_vocabulary()


def test_every_code_has_its_words_and_no_words_are_idle() -> None:
    assert set(REFUSALS) == {*FileRefusedError.CODES, *MappingError.CODES}


@pytest.mark.parametrize("code", REFUSALS)
def test_words_differ_by_language_and_name_what_the_error_names(code: str) -> None:
    kind = MappingError if code in MappingError.CODES else FileRefusedError
    said = refusal(kind(code, "name", "Sheet 1"), VOCABULARY)
    assert said.ja != said.en
    if code != "unreadable":
        assert said.ja.endswith("氏名、Sheet 1")
        assert said.en.endswith("Full name, Sheet 1")
    assert "Full name" not in refusal(kind(code), VOCABULARY).en


def test_every_meaning_is_offered_once_under_a_name_of_its_own() -> None:
    offered = [meaning for _, meanings in groups(VOCABULARY) for meaning in meanings]
    assert sorted(offered) == sorted(MEANINGS)
    for language in ("ja", "en"):
        names = [meaning_word(one, VOCABULARY).in_language(language) for one in MEANINGS]
        assert len(set(names)) == len(names)
