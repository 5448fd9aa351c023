"""Who a person is: what an acceptance reveals, and nothing before it (PROTOCOL 0 and 6)."""

from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import AfterValidator, Field

from crypto.encoding import b64url_decode
from protocol.errors import MalformedError
from protocol.fields import IdentityField, IdentityFields
from protocol.identifiers import Base64Url, Day
from protocol.taxonomy import PREFECTURES
from protocol.value import Value

MAX_SUMMARY_CHARACTERS = 400
MAX_PDF_BYTES = 5_000_000

_HIDDEN = Field(default=None, repr=False)


def _small(text: str) -> str:
    if len(b64url_decode(text)) > MAX_PDF_BYTES:
        raise ValueError("file over 5 MB")
    return text


def _prefecture(code: str) -> str:
    if code not in PREFECTURES:
        raise ValueError("not a prefecture")
    return code


Line = Annotated[str, Field(min_length=1, max_length=400)]
Lines = Annotated[tuple[Line, ...], Field(min_length=1, max_length=10)]


class Identity(Value):
    """The identity fields, each there only if it was accepted; never shown in a repr.

    `birth` is a day, `phones` are E.164, `prefecture` is JIS X 0401, `pdf` the file.
    """

    name: Line | None = _HIDDEN
    kana: Line | None = _HIDDEN
    birth: Day | None = _HIDDEN
    mails: Lines | None = _HIDDEN
    phones: Lines | None = _HIDDEN
    postal: Line | None = _HIDDEN
    prefecture: Annotated[str, AfterValidator(_prefecture)] | None = _HIDDEN
    address: Line | None = _HIDDEN
    summary: Annotated[str, Field(min_length=1, max_length=MAX_SUMMARY_CHARACTERS)] | None = _HIDDEN
    pdf: Annotated[Base64Url, AfterValidator(_small)] | None = _HIDDEN

    @property
    def fields(self) -> IdentityFields:
        """The names of what is there, sorted."""
        return tuple(sorted(IdentityField(name) for name in self.to_json()))

    def only(self, fields: Iterable[IdentityField]) -> Self:
        """Return exactly *fields*; their canonical form are the identity bytes.

        Raises:
            MalformedError: one of them is not there.
        """
        wanted = set(fields)
        chosen = type(self).model_validate({name: getattr(self, name) for name in wanted})
        if chosen.fields != tuple(sorted(wanted)):
            raise MalformedError("an accepted field is not there")
        return chosen
