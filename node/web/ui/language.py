"""Which language a page is in: the form's, the address's, the cookie's, the browser's."""

from flask import g, request

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
        # A page after a POST has no address of its own, so its form carries the language.
        request.form.get("lang") if request.method == "POST" else None,
        (request.view_args or {}).get("lang"),
        request.cookies.get(COOKIE),
    ):
        language = as_language(text)
        if language is not None:
            return language
    return preferred([tag for tag, _ in request.accept_languages])
