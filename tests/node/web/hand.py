"""A hand at a browser: follows links, fills in forms, presses buttons, and counts its acts.

An act is a click, the choice of a file, or a field that is typed. What a page fills in by
itself is sent along, as a browser does; nothing goes out that no page offers.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urljoin

from werkzeug.test import Client

_FILLED = frozenset({"hidden", "text", "email", "password", ""})


@dataclass(slots=True)
class _Form:
    action: str
    kind: str
    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[BytesIO, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Press:
    """Something to click: a link, or the button of a form."""

    words: str
    href: str = ""
    form: _Form | None = None
    name: str = ""
    value: str = ""


class _Page(HTMLParser):
    """Reads the links, forms and buttons of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.presses: list[_Press] = []
        self.forms: list[_Form] = []
        self._press: _Press | None = None
        self._form: _Form | None = None
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = _Form(found["action"], found.get("enctype", ""))
            self.forms.append(self._form)
        elif tag == "a":
            self._press = _Press("", href=found.get("href", ""))
        elif tag == "button":
            form, name, value = self._form, found.get("name", ""), found.get("value", "")
            self._press = _Press("", form=form, name=name, value=value)
        elif tag == "select":
            self._select = found["name"]
        elif self._form is not None:
            self._fill(tag, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag in {"a", "button"} and self._press is not None:
            self.presses.append(self._press)
            self._press = None

    def handle_data(self, data: str) -> None:
        if self._press is not None:
            self._press.words += data

    def _fill(self, tag: str, found: dict[str, str]) -> None:
        assert self._form is not None
        fields = self._form.fields
        if tag == "option":
            # The first one stands where none is chosen.
            if "selected" in found or self._select not in fields:
                fields[self._select] = found["value"]
        elif tag == "input":
            kind = found.get("type", "")
            if kind in _FILLED or "checked" in found:
                fields[found["name"]] = found.get("value", "")


@dataclass(slots=True)
class Hand:
    """One person at one page, with the number of *acts* so far."""

    browser: Client
    place: str = ""
    html: str = ""
    acts: int = 0
    _page: _Page = field(default_factory=lambda: _Page(""))

    def look(self, place: str) -> str:
        """Open a page by its address, or load it again; no act of its own."""
        answer = self.browser.get(place, follow_redirects=True)
        assert answer.status_code == HTTPStatus.OK, answer.text
        self._show(answer.request.path, answer.text)
        return self.html

    def click(self, words: str) -> str:
        """Press the one link or button that says *words*."""
        found = [one for one in self._page.presses if one.words.strip() == words]
        where = {one.href or id(one.form) for one in found}
        assert len(where) == 1, (words, [one.words.strip() for one in self._page.presses])
        self.acts += 1
        press = found[0]
        if press.form is None:
            return self.look(urljoin(self.place, press.href))
        data: dict[str, object] = {**press.form.fields, **press.form.files}
        if press.name:
            data[press.name] = press.value
        answer = self.browser.post(
            press.form.action,
            data=data,
            content_type=press.form.kind or None,
            follow_redirects=True,
        )
        assert answer.status_code == HTTPStatus.OK, answer.text
        self._show(answer.request.path, answer.text)
        return self.html

    def choose(self, name: str, content: bytes, filename: str) -> None:
        """Choose a file for the form that asks for it."""
        self.acts += 1
        (form,) = (one for one in self._page.forms if one.kind == "multipart/form-data")
        form.files[name] = (BytesIO(content), filename)

    def type(self, name: str, value: str) -> None:
        """Type into the one field of that name."""
        self.acts += 1
        (form,) = (one for one in self._page.forms if name in one.fields)
        form.fields[name] = value

    def _show(self, place: str, html: str) -> None:
        self.place, self.html, self._page = place, html, _Page(html)
