"""A page: a frozen value beside the module that makes it, and the template that shows it."""

from typing import ClassVar, Protocol

from flask import render_template


class Page(Protocol):
    """What a template shows, under the name *page*."""

    TEMPLATE: ClassVar[str]


def show_page(page: Page) -> str:
    """Return *page* as HTML, in the language of the request."""
    return render_template(page.TEMPLATE, page=page)
