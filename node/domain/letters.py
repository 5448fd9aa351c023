"""The letters of a company: closed merge fields in a text, filled without a program.

A template is data of an operator, so Jinja's sandbox is not enough (it rendered a
text of 1 GB): only ``{{ name }}`` of :class:`MergeField` passes the parser.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from crypto.hashing import sha256
from node.domain.errors import EmptyFieldError, LetterError
from node.i18n import Language

MAX_SUBJECT = 80  # characters as written
MAX_BODY = 8_000
MAX_VALUE = 500
EASY_SUBJECT = 30  # characters that a phone shows


class LetterKind(StrEnum):
    """What a letter is for; the name of its files in config/letters."""

    REJECTION = "rejection"
    RELAY = "relay"
    RECEIPT = "receipt"
    DISCLOSURE = "disclosure"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    LINK = "link"


class Answer(StrEnum):
    """What a person answered to the letter that asked for a consent."""

    AGREED = "agreed"
    DECLINED = "declined"
    NEVER = "never"  # not to be asked again


class MergeField(StrEnum):
    """What the node writes into a letter."""

    NAME = "name"
    COMPANY = "company"
    JOB = "job"
    LINK = "link"  # the page, with the secret in its path
    CODE = "code"  # 6 digits, typed on the page, never in the link
    UNTIL = "until"
    ASKING = "asking"  # the company that wants to get in touch
    ASKING_JOB = "asking_job"
    ANSWER = "answer"
    ADDRESS = "address"
    REPRESENTATIVE = "representative"
    DESK = "desk"
    DESK_PHONE = "desk_phone"
    DESK_HOURS = "desk_hours"


# Act on regulation of specified electronic mail, articles 3 and 4: who sends, from
# where, how to stop it (the letter's link), and whom to complain to.
LEGAL_FIELDS = frozenset(
    {
        MergeField.COMPANY,
        MergeField.REPRESENTATIVE,
        MergeField.ADDRESS,
        MergeField.DESK,
        MergeField.DESK_PHONE,
    }
)
# A link opens its page only together with the code beside it.
_LINKED = LEGAL_FIELDS | {MergeField.LINK, MergeField.CODE}
_ASKED = _LINKED | {MergeField.UNTIL}
NEEDED: dict[LetterKind, frozenset[MergeField]] = {
    LetterKind.REJECTION: LEGAL_FIELDS | {MergeField.NAME},
    LetterKind.RELAY: _ASKED | {MergeField.NAME},
    LetterKind.RECEIPT: _LINKED | {MergeField.UNTIL},
    LetterKind.DISCLOSURE: _ASKED | {MergeField.ASKING, MergeField.ASKING_JOB},
    LetterKind.ANSWERED: _LINKED | {MergeField.ASKING, MergeField.ANSWER},
    LetterKind.WITHDRAWN: _LINKED,
    LetterKind.LINK: _ASKED,
}

_ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
)
_ALLOWED = (nodes.Output, nodes.TemplateData, nodes.Name)
_TWICE = re.compile(r"様\s*様|\}\}\s*様\s*(?:御中|殿)|Dear\s+Dear")


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
            kind needs, or is too long.
    """

    kind: LetterKind
    language: Language
    subject: str
    body: str

    def __post_init__(self) -> None:
        if not self.subject.strip() or not self.subject.isprintable():
            raise LetterError("subject: write one line of text")
        if len(self.subject) > MAX_SUBJECT or len(self.body) > MAX_BODY:
            raise LetterError(
                f"longer than {MAX_SUBJECT} (subject) or {MAX_BODY} (body) characters"
            )
        missing = NEEDED[self.kind] - merge_fields(self.body)
        if missing:
            raise LetterError(
                f"body: lacks {', '.join(f'{{{{ {name} }}}}' for name in sorted(missing))}"
            )
        merge_fields(self.subject)

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
    def version(self) -> str:
        """Return 16 hex digits that change with every letter of the text."""
        return sha256(f"{self.kind}\n{self.language}\n{self.subject}\n{self.body}".encode()).hex()[
            :16
        ]

    def render(self, values: Mapping[MergeField, str]) -> Letter:
        """Return the letter with *values* filled in, each a single line.

        Raises:
            EmptyFieldError: a field of the template has no value.
            LetterError: a value is too long or has control characters.
        """
        used = merge_fields(self.subject) | merge_fields(self.body)
        for name in sorted(used):
            value = values.get(name, "")
            if not value.strip():
                raise EmptyFieldError(f"no value for {name}")
            # A line break in a value would let it write headers or lines of its own.
            if len(value) > MAX_VALUE or not value.isprintable():
                raise LetterError(f"the value of {name} is too long or not one line")
        filled = {name.value: values[name] for name in used}
        return Letter(subject=_fill(self.subject, filled), body=_fill(self.body, filled))

    def lint(self) -> tuple[str, ...]:
        """Return advice on what is allowed and yet likely a mistake."""
        advice = []
        if len(self.subject) > EASY_SUBJECT and self.language == "ja":
            advice.append(f"subject: longer than {EASY_SUBJECT} characters, phones cut it")
        if _TWICE.search(self.body):
            advice.append("body: the form of address stands twice")
        if self.body.count(f"{{{{ {MergeField.CODE} }}}}") > 1:
            advice.append("body: the code stands twice")
        return tuple(advice)


def merge_fields(text: str) -> frozenset[MergeField]:
    """Return the merge fields in *text*.

    Raises:
        LetterError: anything of Jinja's language besides ``{{ name }}``.
    """
    # Comments and raw blocks leave no trace in the tree.
    if "{%" in text or "{#" in text:
        raise LetterError("only {{ name }} is allowed")
    try:
        tree = _ENVIRONMENT.parse(text)
    except TemplateSyntaxError as error:
        raise LetterError(f"line {error.lineno}: not a merge field: write {{{{ name }}}}") from None
    except RecursionError:
        raise LetterError("not a merge field: nested too deeply") from None
    found = set()
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            raise LetterError(f"line {node.lineno}: only {{{{ name }}}} is allowed")
        if isinstance(node, nodes.Name):
            if node.name not in set(MergeField):
                raise LetterError(f"line {node.lineno}: no such merge field")
            found.add(MergeField(node.name))
    return frozenset(found)


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Return *text*, whose fields are known to be allowed, with *values*."""
    return _ENVIRONMENT.from_string(text).render(values)
