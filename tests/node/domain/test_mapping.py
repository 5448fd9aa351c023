import pytest

from node.domain.applicant import Outcome
from node.domain.errors import MappingError
from node.domain.field import MEANINGS, Field
from node.domain.mapping import (
    Blanks,
    End,
    document_of,
    guess,
    mapping_from,
    read_end,
)
from protocol.taxonomy import CandidateEnd, EndedBy, Reason
from tests.node.reading import PRESETS, TASUKI

LEAST = {"名前": "name", "募集職種": "job", "応募時刻": "applied_on"}


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_comes_back_from_its_document(name: str) -> None:
    preset = PRESETS[name]
    assert mapping_from(name, document_of(preset)) == preset
    assert set(preset.columns.values()) <= set(MEANINGS)


def test_blanks_and_route_come_back_too() -> None:
    made = mapping_from("x", {"columns": LEAST, "blanks": "clear", "route": "agency"})
    assert made.blanks is Blanks.CLEAR
    assert mapping_from("x", document_of(made)) == made


@pytest.mark.parametrize(
    "code",
    [
        "running",
        "hired",
        "neither",
        "unknown",
        "org",
        *(f"org:{reason}" for reason in Reason),
        "candidate",
        *(f"candidate:{kind}" for kind in CandidateEnd),
    ],
)
def test_every_end_is_read_and_written(code: str) -> None:
    assert read_end(code).code == code


@pytest.mark.parametrize("code", ["", "ended", "org:joined", "candidate:org", "neither:closed"])
def test_no_other_end_is_read(code: str) -> None:
    with pytest.raises(ValueError, match=r"not a valid|only org"):
        read_end(code)


def test_only_the_company_s_end_has_a_reason() -> None:
    assert read_end("org:skill_gap") == End(Outcome.ENDED, EndedBy.ORG, reason=Reason.SKILL_GAP)


@pytest.mark.parametrize(
    "document",
    [
        {"column": {}},
        {"columns": {"氏名": "names"}},
        {"columns": {"氏名": 3}},
        {"columns": []},
        {"label": {"ja": "x"}},
        {"grades": "ABC"},
        {"ends": {"不採用": "we"}},
        {"steps": {"一次": "first"}},
        {"results": {"合格": "good"}},
        {"route": "post"},
        {"blanks": "maybe"},
    ],
)
def test_a_document_that_cannot_be_used_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(MappingError) as refusal:
        mapping_from("herp", document)
    assert refusal.value.code == "unreadable"
    assert refusal.value.names[0] == "herp"


def test_headers_are_compared_without_their_marks() -> None:
    made = mapping_from("x", {"columns": {"※ 氏名|必須": "name"}})
    assert dict(made.columns) == {"氏名": "name"}


def test_nearest_preset_is_the_one_that_knows_most_columns() -> None:
    header = ("備考", *TASUKI.columns)
    found = guess(header, PRESETS.values())
    assert found.name == "tasuki"
    assert dict(found.columns) == dict(TASUKI.columns)


@pytest.mark.parametrize("header", [("商品", "単価", "数量"), ("id", "name", "price"), ("氏名",)])
def test_a_file_of_no_known_system_is_any_table(header: tuple[str, ...]) -> None:
    assert guess(header, PRESETS.values()).name == "generic"


def test_what_the_header_lacks_is_left_out() -> None:
    cut = TASUKI.of_header(("氏名", "求人名", "応募日", "応募番号"))
    assert dict(cut.columns) == {"氏名": "name", "求人名": "job", "応募日": "applied_on"}


def test_of_two_columns_for_one_field_the_first_of_the_mapping_counts() -> None:
    columns = {"氏名": "name", "名前": "name", "メール1": "mail", "メール2": "mail"}
    cut = mapping_from("x", {"columns": columns}).of_header(tuple(columns))
    assert dict(cut.columns) == {"氏名": "name", "メール1": "mail", "メール2": "mail"}


def test_fields_that_every_application_needs_are_named() -> None:
    with pytest.raises(MappingError) as refusal:
        mapping_from("x", {"columns": {"姓": "family_name"}}).check(("姓", "備考"))
    assert refusal.value.names == (Field.NAME, Field.JOB, Field.APPLIED_ON)


def test_family_and_given_name_are_a_name() -> None:
    columns = LEAST | {"姓": "family_name", "名": "given_name"}
    del columns["名前"]
    mapping_from("x", {"columns": columns}).check(tuple(columns))


def test_a_field_with_two_columns_is_named() -> None:
    columns = LEAST | {"氏名": "name"}
    with pytest.raises(MappingError) as refusal:
        mapping_from("x", {"columns": columns}).check(tuple(columns))
    assert (refusal.value.code, refusal.value.names) == ("two-columns", (Field.NAME,))
