"""The people of the demo's companies, who work in the console over HTTP."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

from node.demo.browser import Browser, Form, Page
from node.demo.errors import ConflictError, DemoError
from node.demo.nodes import DemoNode

_OPENING: Final = re.compile(r"/openings/[0-9a-f]{16,64}")
_MATCH: Final = re.compile(r"/openings/[0-9a-f]{16,64}/matches/[0-9a-f]{32}/[0-9a-f]{32}")
_INTRODUCTION: Final = re.compile(r"/introductions/[0-9a-f]{16,64}")


@dataclass(slots=True)
class Recruiter:
    """One operator, logged in."""

    node: DemoNode
    browser: Browser = field(default_factory=Browser)

    def log_in(self) -> None:
        """Log in with mail address and password.

        Raises:
            DemoError: the console refuses.
        """
        form = self.browser.get(f"{self.node.console}/login").form("/login")
        form.type("mail", self.node.operator)
        form.type("password", self.node.password)
        page = self.browser.submit(form)
        if page.has_form("/login"):
            raise DemoError("the console refuses the login")

    def check_media(self) -> int:
        """Tick of every medium that its terms were read; return how many there are."""
        page = self._open("/letters")
        found = page.soup.select('form:has(button[value="check"])')
        for tag in found:
            self.browser.submit(Form(tag, page.url), ("answer", "check"))
        return len(found)

    def confirm_letters(self) -> int:
        """Read how many letters wait, type the number, send them; return it."""
        page = self._open("/letters")
        form = page.form("/letters/confirm")
        figure = page.soup.select_one(".figures dd")
        number = "" if figure is None else "".join(re.findall(r"[0-9]", figure.get_text()))
        form.type("count", number)
        self.browser.submit(form)
        return int(number)

    def openings(self) -> list[str]:
        """Return the paths of the company's openings."""
        return _links(self._open("/openings"), _OPENING)

    def matches(self, opening: str, *, origin: str = "") -> list[str]:
        """Return the paths of the people who fit an opening, the best first."""
        cards = self._open(opening).soup.select("ul.cards a")
        paths = [
            urlsplit(str(card.get("href", ""))).path for card in cards if origin in card.get_text()
        ]
        return [path for path in paths if _MATCH.fullmatch(path)]

    def propose(self, opening: str, *, origin: str = "") -> bool:
        """Ask the best match of an opening, from the company *origin* if one is named.

        Returns whether somebody could be asked: a match may be gone, or rest until its
        origin's newest entries are read, between its page and the button.
        """
        best = next(iter(self.matches(opening, origin=origin)), None)
        if best is None:
            return False
        page = self._open(best)
        if not page.has_form(best):
            return False
        try:
            self.browser.submit(page.form(best))
        except ConflictError:
            return False
        return True

    def introductions(self) -> list[str]:
        """Return the paths of the people who were introduced."""
        return _links(self._open("/introductions"), _INTRODUCTION)

    def mark(self, introduction: str, outcome: str) -> None:
        """Mark what came of an introduction: interviewed, hired or declined."""
        page = self._open(introduction)
        self.browser.submit(page.form(introduction), ("outcome", outcome))

    def _open(self, path: str) -> Page:
        return self.browser.get(urljoin(self.node.console, path))


def _links(page: Page, pattern: re.Pattern[str]) -> list[str]:
    paths = [urlsplit(str(link.get("href", ""))).path for link in page.soup.select("main a")]
    return list(dict.fromkeys(path for path in paths if pattern.fullmatch(path)))
