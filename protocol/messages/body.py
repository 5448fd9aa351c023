"""Asking a log's owner for the bodies behind its leaves, and the answer (PROTOCOL 3).

What must be erasable never lies inside signed bytes: the answer is a signed list of
commitments with the openings beside it, made afresh each time.
"""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from crypto import canonical_json
from crypto.errors import BadEncodingError
from protocol.body import Opening
from protocol.document import Signed
from protocol.errors import MalformedError, TooLargeError
from protocol.identifiers import Count, HashHex, Id, LogOrigin
from protocol.value import Value

MAX_LEAVES = 256  # in one request
MAX_ANSWER_BYTES = 1024 * 1024


class BodyFetch(Value):
    """A request for the bodies of the leaves from *start*, before *end*."""

    KIND: ClassVar[str] = "body.fetch"
    model_config = ConfigDict(validate_by_name=True)

    log: LogOrigin
    start: Count = Field(alias="from")
    end: Count = Field(alias="to")

    @model_validator(mode="after")
    def _is_a_short_range(self) -> Self:
        if not self.start < self.end <= self.start + MAX_LEAVES:
            raise ValueError("not a range of 1 to 256 leaves")
        return self


class ListedBody(Value):
    """A leaf whose body the caller is entitled to now."""

    id: Id
    c: HashHex


class BodyList(Value):
    """The signed part of the answer; only leaves before *end* count as asked."""

    model_config = ConfigDict(validate_by_name=True)

    fetch: HashHex
    log: LogOrigin
    start: Count = Field(alias="from")
    end: Count = Field(alias="to")
    listed: Annotated[tuple[ListedBody, ...], Field(alias="list", max_length=MAX_LEAVES)]

    @model_validator(mode="after")
    def _names_each_leaf_once(self) -> Self:
        if not self.start < self.end <= self.start + MAX_LEAVES:
            raise ValueError("not a range of 1 to 256 leaves")
        if len({body.id for body in self.listed}) != len(self.listed):
            raise ValueError("a leaf listed twice")
        return self


@dataclass(frozen=True, slots=True)
class BodyAnswer:
    """The answer as it is sent: the signed :class:`BodyList`, its openings in that order."""

    signed: Signed
    openings: tuple[Opening, ...] = field(repr=False)

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        """Return the answer that *payload* carries; nothing is verified yet.

        Raises:
            TooLargeError: more than 1 MiB.
            MalformedError: another form.
        """
        if len(payload) > MAX_ANSWER_BYTES:
            raise TooLargeError("answer with bodies too large")
        try:
            document = canonical_json.loads(payload)
        except BadEncodingError as error:
            raise MalformedError("not canonical JSON") from error
        if not isinstance(document, dict):
            raise MalformedError("not an answer with bodies")
        openings = document.pop("openings", None)
        if not isinstance(openings, list):
            raise MalformedError("answer without openings")
        return cls(Signed.from_json(document), tuple(Opening.from_json(part) for part in openings))

    def encode(self) -> bytes:
        """Return the one byte string that :meth:`parse` takes back."""
        return canonical_json.dumps(
            {**self.signed.to_json(), "openings": [opening.to_json() for opening in self.openings]}
        )

    def bodies(self, asked: BodyFetch, fetch: bytes) -> tuple[BodyList, dict[str, Opening]]:
        """Return the list and the opening of each listed leaf by its id.

        The caller has verified the signature, and compares each `c` with its own
        mirror of the log. *fetch* is the digest of the envelope that asked.

        Raises:
            MalformedError: it answers another request, or an opening is missing, too
                much, or of another leaf.
        """
        listed = BodyList.parse(self.signed.doc)
        if listed.fetch != fetch.hex() or (listed.log, listed.start) != (asked.log, asked.start):
            raise MalformedError("answer to another fetch")
        if listed.end > asked.end:
            raise MalformedError("answer beyond what was asked")
        if len(listed.listed) != len(self.openings):
            raise MalformedError("openings are not those of the list")
        opened = dict[str, Opening]()
        for body, opening in zip(listed.listed, self.openings, strict=True):
            opening.check(body.c)
            opened[body.id] = opening
        return listed, opened
