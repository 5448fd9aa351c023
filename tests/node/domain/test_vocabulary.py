from copy import deepcopy

import pytest

from node.domain.errors import VocabularyError
from node.domain.vocabulary import AREAS, FAMILIES, Term, Vocabulary, vocabulary_from
from protocol.vocabulary import OCCUPATIONS, SKILLS

Toml = dict[str, dict[str, dict[str, object]]]


def entry_of(term: Term) -> dict[str, object]:
    lists = {name: list(getattr(term, name)) for name in ("aliases", "alone", "unless", "mhlw")}
    return {"ja": term.ja, "en": term.en, **lists, **({"area": term.area} if term.area else {})}


@pytest.fixture
def toml(vocabulary: Vocabulary) -> Toml:
    return {
        family: {term.code: entry_of(term) for term in vocabulary.terms(family)}
        for family in FAMILIES
    }


def test_every_code_has_words_in_both_languages_and_an_area(vocabulary: Vocabulary) -> None:
    assert sorted(term.code for term in vocabulary.terms("occupation")) == list(OCCUPATIONS)
    assert sorted(term.code for term in vocabulary.terms("skill")) == list(SKILLS)
    for family in FAMILIES:
        for term in vocabulary.terms(family):
            assert term.ja.strip()
            assert term.en.isascii() or term.en == vocabulary.label(family, term.code, "ja")
    assert {term.area for term in vocabulary.terms("skill")} == set(AREAS)


@pytest.mark.parametrize("family", ["occupation", "skill"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_two_codes_look_alike(vocabulary: Vocabulary, family: str, language: str) -> None:
    labels = [term.label(language) for term in vocabulary.terms(family)]
    assert len(set(labels)) == len(labels)


def test_a_longer_word_that_means_something_else_holds_no_skill(vocabulary: Vocabulary) -> None:
    for term in vocabulary.terms("skill"):
        for word in term.unless:
            assert term.code not in vocabulary.mentioned("skill", word), word


def test_a_word_that_is_too_common_counts_only_alone(vocabulary: Vocabulary) -> None:
    for term in vocabulary.terms("skill"):
        for word in term.alone:
            assert vocabulary.find("skill", word) == term.code
            assert term.code not in vocabulary.mentioned("skill", f"私は{word}。"), word


@pytest.mark.parametrize(
    ("number", "group"),
    [("048", "sales"), ("048-02", "sales"), ("０４８", "sales"), ("009-01-02", "software")],
)
def test_numbers_of_the_job_classification_name_the_one_group_that_bears_them(
    vocabulary: Vocabulary, number: str, group: str
) -> None:
    assert vocabulary.find("occupation", number) == group


def test_a_number_that_two_groups_bear_names_none(vocabulary: Vocabulary) -> None:
    assert vocabulary.find("occupation", "008") is None


def test_every_label_leads_back_to_its_code(vocabulary: Vocabulary) -> None:
    for family in FAMILIES:
        for term in vocabulary.terms(family):
            for word in (term.code, term.ja, term.en, *term.aliases, *term.alone):
                assert vocabulary.find(family, word) == term.code


@pytest.mark.parametrize(
    ("family", "text", "code"),
    [
        ("skill", "ｴｸｾﾙ", "excel"),
        ("skill", "ＥＸＣＥＬ", "excel"),
        ("skill", "c＋＋", "cpp"),
        ("skill", "C#", "csharp"),
        ("skill", "ruby on rails", "rails"),
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
        ("skill", "excel", {"area": "office", "ja": "", "en": "Excel"}),
        ("skill", "excel", {"area": "office", "ja": "エクセル"}),
        ("skill", "excel", {"area": "office", "ja": "エクセル", "en": 1}),
        ("skill", "excel", {"area": "office", "ja": "Excel", "en": "Excel", "aliases": "VLOOKUP"}),
        ("skill", "excel", {"area": "office", "ja": "Excel", "en": "Excel", "fr": "tableur"}),
        ("skill", "excel", {"area": "office", "ja": "Excel", "en": "SQL"}),  # two codes
        ("skill", "excel", {"ja": "Excel", "en": "Excel"}),
        ("skill", "excel", {"area": "kitchen", "ja": "Excel", "en": "Excel"}),
        ("stage", "offer", {"area": "office", "ja": "内定", "en": "Offer"}),
        ("occupation", "sales", {"area": "sales", "ja": "営業", "en": "Sales", "mhlw": ["4"]}),
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
