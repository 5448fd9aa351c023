import pytest

from crypto.encoding import b64url_encode
from protocol.errors import MalformedError
from protocol.fields import IdentityField
from protocol.identity import MAX_PDF_BYTES, Identity
from tests.protocol.agreed_person import IDENTITY
from tests.protocol.companies import edited


def test_identity_comes_back() -> None:
    assert Identity.parse(IDENTITY.canonical()) == IDENTITY
    assert set(IDENTITY.fields) == set(IdentityField)


@pytest.mark.parametrize("field", IdentityField)
def test_each_field_can_go_alone(field: IdentityField) -> None:
    alone = IDENTITY.only([field])
    assert alone.fields == (field,)
    assert alone.to_json() == {str(field): IDENTITY.to_json()[field]}


def test_field_that_is_not_there_cannot_go() -> None:
    nameless = Identity(mails=("hanako@example.jp",))
    with pytest.raises(MalformedError, match="not there"):
        nameless.only([IdentityField.NAME, IdentityField.MAILS])


def test_identity_has_no_repr() -> None:
    assert repr(IDENTITY) == "Identity()"


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"mails": []},
        {"phones": [""]},
        {"prefecture": "48"},
        {"birth": "1990"},
        {"summary": "あ" * 401},
        {"pdf": "=="},
        {"age": 36},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_form_is_no_identity(change: dict[str, object]) -> None:
    with pytest.raises(MalformedError) as refusal:
        Identity.parse(edited(IDENTITY, **change))
    assert "架空" not in str(refusal.value)


def test_file_over_5_mb_is_refused() -> None:
    with pytest.raises(MalformedError):
        Identity.parse(edited(IDENTITY, pdf=b64url_encode(bytes(MAX_PDF_BYTES + 1))))


def test_largest_file_and_longest_summary_go() -> None:
    largest = Identity(summary="あ" * 400, pdf=b64url_encode(bytes(MAX_PDF_BYTES)))
    assert Identity.parse(largest.canonical()) == largest
