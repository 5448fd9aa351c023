import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.errors import UnreadableError
from node.domain.grades import SCALES, Scale, read_grade, scale_name, scales_of, with_scale
from node.domain.mapping import document_of, mapping_from
from node.domain.sheet import Record
from tests.node.reading import TASUKI

LETTERS, STARS, FIVE, MARKS = SCALES[0], SCALES[1], SCALES[3], SCALES[5]
COLUMNS = {"書類評価": "screening.rating", "一次評価": "iv1.rating", "評価者": "iv1.interviewer"}
HEADER = ("書類評価", "一次評価", "評価者")


def told(*rows: tuple[str, str]) -> dict[str, Scale]:
    records = [Record(line, (*row, "B"), None) for line, row in enumerate(rows, start=2)]
    broken = Record(9, ("7",), "cell-count")
    return scales_of(COLUMNS, LETTERS, HEADER, [*records, broken])


@pytest.mark.parametrize("scale", SCALES, ids=scale_name)
def test_every_grade_of_a_scale_has_its_place(scale: Scale) -> None:
    places = [read_grade(grade, scale) for grade in scale]
    assert places == [(scale, place) for place in range(len(scale), 0, -1)]


@pytest.mark.parametrize(
    ("text", "usual", "place"),
    [
        (" Ａ ", LETTERS, 5),
        ("ａ", STARS, 4),
        ("５", FIVE, 5),
        ("①", FIVE, 1),
        ("\u3007", MARKS, 3),
        ("◯", MARKS, 3),
        ("✕", MARKS, 1),
        ("▲", MARKS, 2),
    ],
)
def test_width_case_and_look_alikes_are_one(text: str, usual: Scale, place: int) -> None:
    assert read_grade(text, usual) == (usual, place)


@pytest.mark.parametrize("text", ["S", "5", "○", "AB", "A+", "A (S-X)", "S (A-E)"])
def test_a_grade_of_another_scale_is_none(text: str) -> None:
    with pytest.raises(UnreadableError, match="bad-rating"):
        read_grade(text, LETTERS)


def test_each_column_has_the_scale_that_holds_all_of_its_grades() -> None:
    assert told(("A", "E"), ("B", "")) == {}
    assert told(("A", "5"), ("B", "１")) == {"iv1.rating": FIVE}
    assert told(("S", "○"), ("A", "◎")) == {"screening.rating": STARS, "iv1.rating": MARKS}
    assert told(("10", "A"), ("5", "S"), ("1", "E")) == {
        "screening.rating": SCALES[4],
        "iv1.rating": SCALES[2],
    }
    assert told(("A", "5"), ("○", "4")) == {"iv1.rating": FIVE}


@given(st.sampled_from(SCALES), st.data(), st.sampled_from(SCALES))
def test_a_kept_grade_is_read_by_its_own_scale_for_ever(
    scale: Scale, data: st.DataObject, later: Scale
) -> None:
    grade = data.draw(st.sampled_from(scale))
    kept = with_scale(grade, scale_name(scale))
    assert read_grade(kept, later) == read_grade(grade, scale)
    assert with_scale(kept, scale_name(later)) == kept


def test_the_scales_of_a_mapping_are_stored_with_it() -> None:
    mapping = mapping_from("csv", {"columns": COLUMNS, "grades": ["A", "B"]})
    graded = mapping.graded(HEADER, [Record(2, ("○", "A", "x"), None)])
    assert graded.scales == {"screening.rating": MARKS}
    assert mapping_from("csv", document_of(graded)) == graded
    assert TASUKI.scales == {}
