"""The letters of a company: their kinds, what each must say, and a text filled in."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self

from crypto.hashing import sha256
from node.domain.errors import EmptyFieldError, LetterError
from node.domain.merge_fields import MergeField, fill, merge_fields, spelling
from node.i18n import Language
from protocol.taxonomy import StageBand

MAX_SUBJECT: Final = 80  # characters as written
MAX_BODY: Final = 8_000
MAX_VALUE: Final = 500
# What mail programs make a link of, in values that people and companies outside chose:
# somebody's address with such a name would let anybody write to him as this company.
_LINKS: Final[Mapping[MergeField, re.Pattern[str]]] = {
    MergeField.NAME: re.compile(r"://|\bwww\.|\.[a-z]{2,63}/", re.IGNORECASE),
    MergeField.ASKING_JOB: re.compile(r"://|\bwww\.", re.IGNORECASE),  # not Node.js/React
}


class LetterKind(StrEnum):
    """What a letter is for; the begin of the name of its files in config/letters."""

    REJECTION = "rejection"
    RELAY = "relay"  # a rejection with the offer of the relay
    RECEIPT = "receipt"
    DISCLOSURE = "disclosure"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"  # never asked again, without a consent that could end
    LINK = "link"
    REQUESTED = "requested"  # asked for through a static link
    OFFER = "offer"  # the offer alone, which says nothing of a result
    REINVITATION = "reinvitation"  # to a new opening of this company


class Answer(StrEnum):
    """What a person answered to the letter that asked for a consent."""

    AGREED = "agreed"
    DECLINED = "declined"
    NEVER = "never"  # not to be asked again


@dataclass(frozen=True, slots=True, order=True)
class LetterPlace:
    """Which letter a text is for; those after a selection differ by how far it went."""

    kind: LetterKind
    band: StageBand | None = None

    @property
    def stem(self) -> str:
        """The name of its files, without language."""
        return self.kind if self.band is None else f"{self.kind}.{self.band}"


BANDED: Final = frozenset({LetterKind.REJECTION, LetterKind.RELAY})
PLACES: Final = tuple(
    LetterPlace(kind, band)
    for kind in LetterKind
    for band in (StageBand if kind in BANDED else (None,))
)
# Kinds that offer something to people who did not ask for it.
ADVERTISING: Final = frozenset(
    {LetterKind.RELAY, LetterKind.OFFER, LetterKind.DISCLOSURE, LetterKind.REINVITATION}
)

# Act on regulation of specified electronic mail, articles 3 and 4: who sends, from
# where, and whom to complain to; letters that advertise say besides how to stop them.
LEGAL_FIELDS: Final = frozenset(
    {
        MergeField.COMPANY,
        MergeField.REPRESENTATIVE,
        MergeField.ADDRESS,
        MergeField.DESK,
        MergeField.DESK_PHONE,
    }
)
# A link opens its page only together with the code beside it.
_LINKED: Final = LEGAL_FIELDS | {MergeField.LINK, MergeField.CODE}
_ASKED: Final = _LINKED | {MergeField.UNTIL}
_STOPPABLE: Final = frozenset({MergeField.STOP})
_REQUEST: Final = frozenset({MergeField.ASKING, MergeField.ASKING_JOB})
_REINVITED: Final = frozenset({MergeField.JOB, MergeField.OPENING, MergeField.WHY})
_NAME: Final = frozenset({MergeField.NAME})
NEEDED: Final[Mapping[LetterKind, frozenset[MergeField]]] = {
    LetterKind.REJECTION: LEGAL_FIELDS | _NAME,
    LetterKind.RELAY: _ASKED | _NAME | _STOPPABLE,
    LetterKind.RECEIPT: _ASKED,
    LetterKind.DISCLOSURE: _ASKED | _REQUEST | _STOPPABLE,
    LetterKind.ANSWERED: _LINKED | {MergeField.ASKING, MergeField.ANSWER},
    LetterKind.WITHDRAWN: _LINKED,
    LetterKind.STOPPED: _LINKED,
    LetterKind.LINK: _ASKED,
    LetterKind.REQUESTED: _ASKED,
    LetterKind.OFFER: _ASKED | _NAME | _STOPPABLE,
    LetterKind.REINVITATION: LEGAL_FIELDS | _NAME | _REINVITED | _STOPPABLE,
}
# What a letter may say besides: the node has a value for it. The plain rejection goes to
# people who must not be asked, so a link is not among it.
_MORE: Final[Mapping[LetterKind, frozenset[MergeField]]] = {
    LetterKind.REJECTION: frozenset({MergeField.JOB, MergeField.STAGE}),
    LetterKind.RELAY: frozenset({MergeField.JOB, MergeField.STAGE}),
    LetterKind.RECEIPT: _STOPPABLE,
    LetterKind.DISCLOSURE: frozenset(),
    LetterKind.ANSWERED: _REQUEST | _STOPPABLE | {MergeField.UNTIL},
    LetterKind.WITHDRAWN: frozenset({MergeField.UNTIL}),
    LetterKind.STOPPED: frozenset({MergeField.UNTIL}),
    LetterKind.LINK: _STOPPABLE,
    LetterKind.REQUESTED: _STOPPABLE,
    LetterKind.OFFER: frozenset({MergeField.JOB}),
    LetterKind.REINVITATION: frozenset({MergeField.APPLIED}),
}
POSSIBLE: Final[Mapping[LetterKind, frozenset[MergeField]]] = {
    kind: NEEDED[kind] | _MORE[kind] | _NAME | {MergeField.DESK_HOURS} for kind in LetterKind
}
# Mail servers write subjects into their logs.
NOT_IN_SUBJECT: Final = frozenset({MergeField.LINK, MergeField.CODE, MergeField.STOP})


@dataclass(frozen=True, slots=True)
class Letter:
    """A filled letter."""

    subject: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """One kind of letter in one language.

    Raises:
        LetterError: it holds more than text and merge fields, lacks one that its
            kind needs, has one that its kind cannot fill, or is too long.
    """

    kind: LetterKind
    language: Language
    subject: str
    body: str

    def __post_init__(self) -> None:
        if not self.subject.strip() or not self.subject.replace("\u3000", " ").isprintable():
            raise LetterError("subject: write one line of text")
        if len(self.subject) > MAX_SUBJECT or len(self.body) > MAX_BODY:
            raise LetterError(
                f"longer than {MAX_SUBJECT} (subject) or {MAX_BODY} (body) characters"
            )
        above, below = merge_fields(self.subject), merge_fields(self.body)
        self._refuse("lacks", NEEDED[self.kind] - below)
        self._refuse("cannot fill", (above | below) - POSSIBLE[self.kind])
        self._refuse("keep out of the subject", above & NOT_IN_SUBJECT)

    def _refuse(self, why: str, fields: frozenset[MergeField]) -> None:
        if fields:
            spelt = ", ".join(spelling(one, self.language) for one in sorted(fields))
            raise LetterError(f"{why} {spelt}")

    @classmethod
    def parse(cls, kind: LetterKind, language: Language, text: str) -> Self:
        """Return the template that the TOML *text* gives as ``subject`` and ``body``.

        Raises:
            LetterError: it is not such a text.
        """
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise LetterError(f"not TOML: {error}") from None
        subject, body = document.get("subject"), document.get("body")
        if set(document) != {"subject", "body"} or not isinstance(subject, str):
            raise LetterError("give subject and body, nothing else")
        if not isinstance(body, str):
            raise LetterError("body: write text between triple quotes")
        return cls(kind=kind, language=language, subject=subject, body=body)

    @property
    def fields(self) -> frozenset[MergeField]:
        """The merge fields in subject and body."""
        return merge_fields(self.subject) | merge_fields(self.body)

    @property
    def version(self) -> str:
        """Return 16 hex digits that change with every letter of the text."""
        text = f"{self.kind}\n{self.language}\n{self.subject}\n{self.body}"
        return sha256(text.encode()).hex()[:16]

    def render(self, values: Mapping[MergeField, str]) -> Letter:
        """Return the letter with *values* filled in, each a single line.

        Raises:
            EmptyFieldError: a field of the template has no value.
            LetterError: a value is too long, has control characters, or leads elsewhere.
        """
        for name in sorted(self.fields):
            value = values.get(name, "")
            if not value.strip():
                raise EmptyFieldError(f"no value for {name}")
            # A line break in a value would let it write headers or lines of its own.
            if len(value) > MAX_VALUE or not value.isprintable():
                raise LetterError(f"the value of {name} is too long or not one line")
            if name in _LINKS and _LINKS[name].search(value):
                raise LetterError(f"the value of {name} leads to another place")
        return Letter(subject=fill(self.subject, values), body=fill(self.body, values))
