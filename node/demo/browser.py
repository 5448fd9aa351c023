"""A browser without a script: cookies, redirects, and forms as HTML sends them.

What is submitted is what stands in the form, hidden fields included, plus what a
person changed; a value that the form does not offer is refused here.
"""

from collections.abc import Iterable
from functools import cached_property
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3
from bs4 import BeautifulSoup, Tag

from node.demo.errors import ConflictError, DemoError

_TIMEOUT_S: Final = 30.0
_MOST_REDIRECTS: Final = 5
_FOUND: Final = frozenset({302, 303})
_FORM: Final = "application/x-www-form-urlencoded"


class Form:
    """One form and what a person has filled in."""

    def __init__(self, tag: Tag, url: str) -> None:
        self._tag = tag
        self.action = urljoin(url, _text(tag, "action") or url)
        self.method = (_text(tag, "method") or "get").lower()
        self._added: list[tuple[str, str]] = []

    def attribute(self, name: str) -> str:
        """Return an attribute of the form element, such as ``data-nonce``."""
        return _text(self._tag, name)

    def value(self, name: str) -> str:
        """Return the value that would be sent for *name*, "" where there is none."""
        return next((value for key, value in self._fields() if key == name), "")

    def has(self, name: str) -> bool:
        """Tell whether there is a field of that name."""
        return any(_text(tag, "name") == name for tag in self._tag.select("input, textarea"))

    def offered(self, name: str) -> list[str]:
        """Return the values of a group of boxes or of a list, in order."""
        boxes = [_text(tag, "value") for tag in self._boxes(name)]
        options = [_text(tag, "value") for tag in self._options(name)]
        return [value for value in boxes + options if value]

    def check(self, name: str, values: Iterable[str]) -> None:
        """Tick exactly *values* of the boxes, or press that radio button."""
        wanted = set(values)
        missing = wanted - set(self.offered(name))
        if missing:
            raise DemoError(f"the form offers no {name} {sorted(missing)}")
        for box in self._boxes(name):
            del box["checked"]
            if _text(box, "value") in wanted:
                box["checked"] = ""

    def choose(self, name: str, value: str) -> None:
        """Choose *value* in a list."""
        options = self._options(name)
        if value not in {_text(option, "value") for option in options}:
            raise DemoError(f"the list {name} has no {value}")
        for option in options:
            del option["selected"]
            if _text(option, "value") == value:
                option["selected"] = ""

    def type(self, name: str, text: str) -> None:
        """Write *text* into the last field of that name (the others are hidden)."""
        fields = [tag for tag in self._tag.select("input, textarea") if _text(tag, "name") == name]
        if not fields:
            raise DemoError(f"the form has no field {name}")
        if fields[-1].name == "textarea":
            fields[-1].string = text
        else:
            fields[-1]["value"] = text

    def put(self, name: str, value: str) -> None:
        """Set a field as the page's script does, and add it where it is missing."""
        for tag in self._tag.select("input"):
            if _text(tag, "name") == name:
                tag["value"] = value
                return
        self._added.append((name, value))

    def pressed(self, button: tuple[str, str] | None) -> list[tuple[str, str]]:
        """Return what is sent when *button* (name and value) is pressed."""
        buttons = self._tag.select("button, input[type=submit]")
        if button is not None and button not in [
            (_text(tag, "name"), _text(tag, "value")) for tag in buttons
        ]:
            raise DemoError(f"the form has no button {button[0]}={button[1]}")
        return [*self._fields(), *self._added, *([] if button is None else [button])]

    def _fields(self) -> list[tuple[str, str]]:
        sent: list[tuple[str, str]] = []
        for tag in self._tag.select("input, select, textarea"):
            name, kind = _text(tag, "name"), _text(tag, "type")
            if not name or tag.has_attr("disabled") or kind in {"submit", "button", "file"}:
                continue
            if tag.name == "select":
                sent += [(name, value) for value in _chosen(tag)]
            elif tag.name == "textarea":
                sent.append((name, tag.get_text()))
            elif kind in {"checkbox", "radio"}:
                if tag.has_attr("checked"):
                    sent.append((name, _text(tag, "value") or "on"))
            else:
                sent.append((name, _text(tag, "value")))
        return sent

    def _boxes(self, name: str) -> list[Tag]:
        boxes = self._tag.select("input[type=checkbox], input[type=radio]")
        return [tag for tag in boxes if _text(tag, "name") == name]

    def _options(self, name: str) -> list[Tag]:
        lists = [tag for tag in self._tag.select("select") if _text(tag, "name") == name]
        return [option for tag in lists for option in tag.select("option")]


class Page:
    """One answer."""

    def __init__(self, url: str, status: int, text: str) -> None:
        self.url = url
        self.status = status
        self.text = text

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page's elements."""
        return BeautifulSoup(self.text, "html.parser")

    @property
    def title(self) -> str:
        """What the page calls itself."""
        return self.soup.title.get_text(" ", strip=True) if self.soup.title else ""

    @property
    def said(self) -> str:
        """What the page warns of, behind what it calls itself."""
        alerts = self.soup.select("[role=alert]")
        return " ".join([self.title, *(alert.get_text(" ", strip=True) for alert in alerts)])

    def forms(self, action: str = "") -> list[Form]:
        """Return the forms whose address has the path *action*, or all."""
        found = [Form(tag, self.url) for tag in self.soup.select("form")]
        return [form for form in found if not action or urlsplit(form.action).path == action]

    def has_form(self, action: str) -> bool:
        """Tell whether the page has a form to *action*."""
        return bool(self.forms(action))

    def form(self, action: str) -> Form:
        """Return the first form to *action*.

        Raises:
            DemoError: the page has none.
        """
        found = self.forms(action)
        if not found:
            raise DemoError(f"no form {action} on the page “{self.title}” ({self.status})")
        return found[0]


class Browser:
    """One person's browser; it keeps the cookies of one address."""

    def __init__(self, language: str = "ja") -> None:
        self._pool = urllib3.PoolManager(maxsize=1, retries=False, timeout=_TIMEOUT_S)
        self._cookies: dict[str, str] = {}
        self._language = language

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def get(self, url: str) -> Page:
        """Open *url*.

        Raises:
            DemoError: the answer is not a page, or says that something went wrong.
        """
        return self._ask("GET", url, None)

    def submit(self, form: Form, button: tuple[str, str] | None = None) -> Page:
        """Press *button*, its name and value, in *form*.

        Raises:
            ConflictError: the form is overtaken by what happened since.
            DemoError: as above, or the form has no such button.
        """
        sent = urlencode(form.pressed(button))
        if form.method == "get":
            return self._ask("GET", f"{form.action.partition('?')[0]}?{sent}", None)
        return self._ask("POST", form.action, sent)

    def _ask(self, method: str, url: str, body: str | None) -> Page:
        for _ in range(_MOST_REDIRECTS):
            answer = self._once(method, url, body)
            self._keep(answer)
            if answer.status not in _FOUND:
                page = Page(url, answer.status, answer.data.decode("utf-8"))
                if answer.status != HTTPStatus.OK:
                    is_stale = answer.status == HTTPStatus.CONFLICT
                    error = ConflictError if is_stale else DemoError
                    raise error(f"{method} was answered {answer.status} “{page.said}”")
                return page
            url, method, body = urljoin(url, answer.headers["Location"]), "GET", None
        raise DemoError("a page leads in circles")

    def _once(self, method: str, url: str, body: str | None) -> urllib3.BaseHTTPResponse:
        headers = {"Accept-Language": self._language}
        if body is not None:
            headers["Content-Type"] = _FORM
        if self._cookies:
            headers["Cookie"] = "; ".join(
                f"{name}={value}" for name, value in self._cookies.items()
            )
        try:
            return self._pool.request(method, url, body=body, headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            # The error's text holds the address, and that may be a person's link.
            raise DemoError(f"a page did not answer: {type(error).__name__}") from None

    def _keep(self, answer: urllib3.BaseHTTPResponse) -> None:
        for line in answer.headers.getlist("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value


def _text(tag: Tag, name: str) -> str:
    value = tag.get(name, "")
    return value if isinstance(value, str) else " ".join(value or ())


def _chosen(tag: Tag) -> list[str]:
    """Return what a list sends: the chosen options, else the first one."""
    options = tag.select("option")
    chosen = [option for option in options if option.has_attr("selected")]
    if not chosen and not tag.has_attr("multiple"):
        chosen = options[:1]
    return [
        _text(option, "value") if option.has_attr("value") else option.get_text(strip=True)
        for option in chosen
    ]
