from copy import deepcopy

import pytest

from node.domain.errors import VocabularyError
from node.domain.vocabulary import FAMILIES, Vocabulary, vocabulary_from
from protocol.taxonomy import OCCUPATIONS, SKILLS

Toml = dict[str, dict[str, dict[str, object]]]


@pytest.fixture
def toml(vocabulary: Vocabulary) -> Toml:
    return {
        family: {
            term.code: {"ja": term.ja, "en": term.en, "aliases": list(term.aliases)}
            for term in vocabulary.terms(family)
        }
        for family in FAMILIES
    }


def test_the_vocabulary_has_12_groups_and_60_skills(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.terms("occupation")) == len(OCCUPATIONS) == 12
    assert len(vocabulary.terms("skill")) == len(SKILLS) == 60


def test_every_label_leads_back_to_its_code(vocabulary: Vocabulary) -> None:
    for family in FAMILIES:
        for term in vocabulary.terms(family):
            for word in (term.code, term.ja, term.en, *term.aliases):
                assert vocabulary.find(family, word) == term.code


@pytest.mark.parametrize(
    ("family", "text", "code"),
    [
        ("skill", "ｴｸｾﾙ", "excel"),
        ("skill", "ＥＸＣＥＬ", "excel"),
        ("skill", "c＋＋", "cpp"),
        ("skill", "C#", "csharp"),
        ("skill", "ruby on rails", "ruby"),
        ("occupation", "法人営業", "sales"),
        ("occupation", "システムエンジニア", "software"),
        ("route", "エージェント", "agency"),
        ("skill", "気合い", None),
    ],
)
def test_words_of_files_are_found(
    vocabulary: Vocabulary, family: str, text: str, code: str | None
) -> None:
    assert vocabulary.find(family, text) == code


def test_labels_in_both_languages(vocabulary: Vocabulary) -> None:
    assert vocabulary.label("years", "5-9", "ja") == "5〜9年"
    assert vocabulary.label("years", "5-9", "en") == "5 to 9 years"
    assert vocabulary.label("skill", "of_a_newer_vocabulary", "ja") == "of_a_newer_vocabulary"


def test_same_input_same_vocabulary(vocabulary: Vocabulary, toml: Toml) -> None:
    assert vocabulary_from(toml).families == vocabulary.families


@pytest.mark.parametrize(
    ("family", "code", "entry"),
    [
        ("skill", "excel", {"ja": "", "en": "Excel"}),
        ("skill", "excel", {"ja": "エクセル"}),
        ("skill", "excel", {"ja": "エクセル", "en": 1}),
        ("skill", "excel", {"ja": "エクセル", "en": "Excel", "aliases": "VLOOKUP"}),
        ("skill", "excel", {"ja": "エクセル", "en": "Excel", "fr": "tableur"}),
        ("skill", "excel", {"ja": "エクセル", "en": "SQL"}),  # two codes
        ("skill", "juggling", {"ja": "曲芸", "en": "Juggling"}),
        ("hobby", "chess", {"ja": "将棋", "en": "Chess"}),
    ],
)
def test_words_that_do_not_fit_the_codes_are_refused(
    toml: Toml, family: str, code: str, entry: dict[str, object]
) -> None:
    changed = deepcopy(toml)
    changed.setdefault(family, {})[code] = entry
    with pytest.raises(VocabularyError):
        vocabulary_from(changed)


def test_a_code_without_words_is_refused(toml: Toml) -> None:
    del toml["skill"]["excel"]
    with pytest.raises(VocabularyError, match="excel"):
        vocabulary_from(toml)
