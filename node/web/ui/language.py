"""Which language a page is in: the form's, the address's, the cookie's, the browser's."""

from flask import g, request
from werkzeug.exceptions import HTTPException

from node.i18n import Language, as_language, catalogue, preferred

COOKIE = "lang"


def current_language() -> Language:
    """Return the language of the page that is being made."""
    chosen: Language | None = g.get("language", None)
    if chosen is None:
        chosen = _choose()
        g.language = chosen
    return chosen


def gettext(text: str) -> str:
    """Return the message *text* in the page's language."""
    return catalogue(current_language()).ugettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the message for *number* things in the page's language."""
    return catalogue(current_language()).ungettext(one, many, number)


def _choose() -> Language:
    for text in (
        _form_language(),
        (request.view_args or {}).get("lang"),
        request.cookies.get(COOKIE),
    ):
        language = as_language(text)
        if language is not None:
            return language
    return preferred([tag for tag, _ in request.accept_languages])


def _form_language() -> str | None:
    """Return what the form says: a page after a POST has no address of its own."""
    if request.method != "POST":
        return None
    try:
        return request.form.get("lang")
    except HTTPException:
        # Too large or broken off: the page that says so asks for its language here, too.
        return None
