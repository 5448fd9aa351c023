from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.anonymity import GATE_FIELDS, GateRow, counts, release
from protocol.fields import TokenField
from protocol.taxonomy import Region, StageBand, Years

PERSON = GateRow(Region.KANTO, "sales", Years.UP_TO_4, StageBand.DOC)
OTHER = GateRow(Region.KINKI, "software", Years.FROM_10, StageBand.FINAL)
K = 3

rows = st.builds(
    GateRow,
    st.none() | st.sampled_from([Region.KANTO, Region.KINKI]),
    st.none() | st.sampled_from(["sales", "software"]),
    st.none() | st.sampled_from([Years.UP_TO_1, Years.FROM_10]),
    st.none() | st.sampled_from([StageBand.DOC, StageBand.FINAL]),
)


def others_sharing(*fields: TokenField) -> list[GateRow]:
    """Return K - 1 people who are like PERSON in *fields* and in nothing else."""
    given = {name: getattr(PERSON if name in fields else OTHER, name) for name in GATE_FIELDS}
    return [GateRow(**given)] * (K - 1)


OCCUPATION, REGION, STAGE, YEARS = (
    TokenField.OCCUPATION,
    TokenField.REGION,
    TokenField.STAGE,
    TokenField.YEARS,
)


@pytest.mark.parametrize(
    "kept",
    [
        (OCCUPATION, REGION, STAGE, YEARS),
        (OCCUPATION, REGION, STAGE),
        (OCCUPATION, STAGE),
        (OCCUPATION,),
        (),
    ],
    ids=str,
)
def test_each_rung_drops_years_then_region_then_stage_then_occupation(
    kept: tuple[TokenField, ...],
) -> None:
    released = release(PERSON, [PERSON, *others_sharing(*kept)], K)
    assert released == PERSON.only(kept)
    assert released is not None
    assert released.fields == kept


def test_no_token_where_not_even_k_people_are_kept() -> None:
    assert release(PERSON, [PERSON] * (K - 1), K) is None


def test_field_the_person_did_not_release_is_not_released() -> None:
    chosen = PERSON.only([OCCUPATION, YEARS])
    assert release(chosen, [PERSON] * K, K) == chosen


def test_unknown_value_is_not_shared() -> None:
    unknown = PERSON.only([OCCUPATION, REGION, STAGE])
    assert release(PERSON, [PERSON, unknown, unknown], K) == unknown


@given(rows, st.lists(rows, max_size=12), st.integers(2, 5))
def test_what_is_released_is_always_shared_by_k(
    values: GateRow, register: list[GateRow], k: int
) -> None:
    released = release(values, register, k)
    if released is None:
        assert len(register) < k
    else:
        assert sum(released.shares(person) for person in register) >= k
        assert released == values.only(released.fields)


def test_fifteen_selections_are_counted() -> None:
    register = [PERSON, OTHER, PERSON.only([OCCUPATION, REGION])]
    sharing = counts(PERSON, register)
    assert set(sharing) == {
        selection for size in range(1, 5) for selection in combinations(GATE_FIELDS, size)
    }
    assert len(sharing) == 15
    assert sharing[OCCUPATION, REGION] == 2
    assert sharing[(STAGE,)] == 1


def test_only_fields_that_are_there_are_selected() -> None:
    assert counts(PERSON.only([STAGE]), [PERSON]) == {(STAGE,): 1}
    assert counts(GateRow(), [PERSON]) == {}
