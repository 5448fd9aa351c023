"""The errors of the pure rules.

DomainError
+-- UnreadableError     a cell that no documented spelling explains
+-- FileRefusedError    an import file as a whole; nothing of it is taken over
+-- MappingError        a table of columns that cannot be used
+-- VocabularyError     labels that do not fit the codes of the protocol
+-- OpeningError        an opening that cannot be matched
+-- LetterError         a letter's text or a value in it that must not be sent
    +-- EmptyFieldError     a merge field without a value
+-- InterchangeError    a file of records that no node wrote
"""

from typing import ClassVar


class DomainError(Exception):
    """Any refusal of the pure rules."""


class UnreadableError(DomainError):
    """A cell that no documented spelling explains; the code says which rule failed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class FileRefusedError(DomainError):
    """An import file as a whole; *code* says why, *names* are the columns or sizes."""

    CODES: ClassVar[tuple[str, ...]] = (
        "empty",
        "too-large",
        "undecodable",
        "nul",
        "no-header",
        "no-sheet",
        "no-rows",
        "encrypted",
        "old-excel",
        "other-office",
        "pdf",
        "web-page",
        "zip",
        "damaged",
        "too-complex",
        "too-many-columns",
        "not-a-table",
        "other-json",
        "no-access",
    )

    def __init__(self, code: str, *names: str) -> None:
        super().__init__(": ".join((code, ", ".join(names))) if names else code)
        self.code = code
        self.names = names


class InterchangeError(DomainError):
    """A file of records that no node of this version wrote; it names the line."""


class MappingError(DomainError):
    """A table of columns that cannot be used; *names* are fields, columns or keys."""

    CODES: ClassVar[tuple[str, ...]] = (
        "missing-fields",
        "two-columns",
        "unreadable",
        "no-mapping",
        "other-columns",
    )

    def __init__(self, code: str, *names: str) -> None:
        super().__init__(": ".join((code, ", ".join(names))) if names else code)
        self.code = code
        self.names = names


class VocabularyError(DomainError):
    """Labels that do not fit the codes of the protocol."""


class OpeningError(DomainError):
    """An opening that cannot be matched."""


class LetterError(DomainError):
    """A letter's text or a value in it that must not be sent."""


class EmptyFieldError(LetterError):
    """A merge field without a value."""
