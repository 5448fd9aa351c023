"""The page of a static link, its one answer, and what a person says of himself after it."""

from dataclasses import dataclass, field
from typing import ClassVar

from node.i18n import message
from node.web.ui.parts import Choice, Complaint

# Why the form comes back; nothing is recorded then.
BAD_MAIL = Complaint(message("This is not a mail address"), "mail")
PRESS_AGAIN = Complaint(message("Please press the button once more"), "send")
UNNAMED = Complaint(message("Write your name"), "name")
NOT_ADULT = Complaint(message("Only for people of 18 years or older"), "adult")


@dataclass(frozen=True, slots=True)
class StaticLinkPage:
    """What static_link.html shows; *token* stands against forms of other sites."""

    TEMPLATE: ClassVar[str] = "static_link.html"

    code: str
    token: str
    mail: str = field(default="", repr=False)
    statement: str = field(default="", repr=False)
    month: str = ""
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True)
class StaticLinkAsked:
    """What static_link_asked.html shows; the same for everybody."""

    TEMPLATE: ClassVar[str] = "static_link_asked.html"


@dataclass(frozen=True, slots=True)
class AboutPage:
    """What about.html shows to somebody who is on file by an address alone."""

    TEMPLATE: ClassVar[str] = "about.html"

    secret: str
    occupations: tuple[Choice, ...]
    regions: tuple[Choice, ...]
    years: tuple[Choice, ...]
    name: str = field(default="", repr=False)
    is_adult: bool = False
    is_code_needed: bool = True
    code: str = field(default="", repr=False)
    tries_left: int | None = None
    complaints: tuple[Complaint, ...] = ()
