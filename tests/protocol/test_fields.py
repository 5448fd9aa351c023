import pytest

from protocol.fields import IdentityField, TokenField, in_one_order, sorted_fields


def test_fields_are_those_of_the_protocol() -> None:
    assert set(TokenField) == {
        "region", "occupation", "years", "stage", "language", "availability", "skills",
    }  # fmt: skip
    assert set(IdentityField) == {
        "name", "kana", "birth", "mails", "phones", "postal", "prefecture", "address", "summary",
        "pdf",
    }  # fmt: skip


ORDERED = (TokenField.REGION, TokenField.YEARS)


@pytest.mark.parametrize(
    "order", [ORDERED[::-1], ORDERED[:1] * 2, (*ORDERED, TokenField.REGION)], ids=str
)
def test_names_have_one_order(order: tuple[TokenField, ...]) -> None:
    with pytest.raises(ValueError, match="not sorted"):
        in_one_order(order)
    assert in_one_order(sorted_fields(order)) == sorted_fields(order)


def test_names_in_order_pass() -> None:
    assert in_one_order(ORDERED) == ORDERED
    assert in_one_order(()) == ()
