"""The people who accepted to be contacted, and what came of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from node.i18n import message
from node.web.ui.parts import Pair, Said
from protocol.introduction_life import State

INTRODUCTION_STATES = {
    State.NEW: (message("to contact"), "warn"),
    State.INTERVIEWED: (message("interviewed"), "key"),
    State.HIRED: (message("hired"), "ok"),
    State.DECLINED: (message("not continued"), ""),
}
OUTCOME_ACTS = {
    State.INTERVIEWED: message("We interviewed"),
    State.HIRED: message("We hired"),
    State.DECLINED: message("We do not continue"),
}


@dataclass(frozen=True, slots=True)
class IntroductionLine:
    """One introduction, without the person."""

    id: str
    title: str
    company: Said
    received: datetime
    contact_by: date
    keep_until: date
    state: State


@dataclass(frozen=True, slots=True)
class IntroductionsPage:
    """What introductions.html shows."""

    TEMPLATE: ClassVar[str] = "introductions.html"

    introductions: tuple[IntroductionLine, ...]


@dataclass(frozen=True, slots=True)
class IntroductionPage:
    """What introduction.html shows; *identity* is empty once the retention is over."""

    TEMPLATE: ClassVar[str] = "introduction.html"

    line: IntroductionLine
    identity: tuple[Pair, ...] = field(repr=False)
    is_reported: bool
    marked: datetime | None
    marks: tuple[State, ...]
