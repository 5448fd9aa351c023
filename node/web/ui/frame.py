"""The blueprint that every app with pages registers: styles, words, frames, headers."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, url_for
from flask.blueprints import BlueprintSetupState
from jinja2 import StrictUndefined
from markupsafe import Markup

from node import i18n
from node.i18n import message
from node.web.ui.company import Company
from node.web.ui.headers import KEPT, allow_key_script, protect, protect_behind_tls
from node.web.ui.language import current_language, gettext, ngettext
from node.web.ui.parts import DELETION_STATES, Said
from node.web.ui.ruby import ruby, without_readings
from node.web.ui.static_files import static_files

KEY_SCRIPT = "key.js"

# DOMAIN 5: under which law the company relays.
_LEGAL_GROUNDS = {
    "agency": message("Fee-charging employment placement"),
    "free-permit": message("Free employment placement"),
    "info-provision": message("Provision of recruitment information"),
    "own-group": message("Within one group of companies"),
    "sandbox": message("Trial run: not for real applicants"),
}


def frame(company: Company, *, is_behind_tls: bool) -> Blueprint:
    """Return the shared part of an app of *company*."""
    ui = Blueprint("ui", __name__, template_folder="templates")
    ui.after_app_request(protect)
    if is_behind_tls:
        ui.after_app_request(protect_behind_tls)
    ui.record_once(_prepare)

    @ui.get("/static/<digest>/<name>")
    def static(digest: str, name: str) -> Response:
        file = static_files().get(name)
        if file is None or file.digest != digest:
            abort(HTTPStatus.NOT_FOUND)
        response = Response(file.content, content_type=file.content_type)
        response.headers["Cache-Control"] = KEPT
        return response

    @ui.app_context_processor
    def words() -> dict[str, object]:
        return {
            "company": company,
            "lang": current_language(),
            "legal_ground": _LEGAL_GROUNDS[company.legal_mode],
            "deletion_states": DELETION_STATES,
            "static": _address,
            "key_script": _key_script,
        }

    return ui


def said(text: Said) -> str:
    """Return *text* in the page's language."""
    if isinstance(text, str):
        return text
    return text.ja if current_language() == "ja" else text.en


def _address(name: str) -> str:
    return url_for("ui.static", digest=static_files()[name].digest, name=name)


def _key_script() -> Markup:
    allow_key_script()
    return Markup('<script src="{}" defer></script>').format(_address(KEY_SCRIPT))


def _prepare(state: BlueprintSetupState) -> None:
    environment = state.app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension("jinja2.ext.i18n")
    # The extension adds this method to the environment when it is loaded.
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters.update(
        local=said,
        ruby=ruby,
        plain=without_readings,
        day=lambda day: i18n.format_day(day, current_language()),
        short_day=lambda day: i18n.format_short_day(day, current_language()),
        moment=lambda moment: i18n.format_moment(moment, current_language()),
        count=i18n.format_count,
        yen=lambda amount: i18n.format_yen(amount, current_language()),
        yen_range=lambda yen: i18n.format_yen_range(yen.least, yen.most, current_language()),
        iso=lambda moment: moment.isoformat(),
        signed=i18n.format_signed,
        percent=lambda share: f"{share * 100:.1f}",
    )
