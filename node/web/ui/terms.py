"""The working conditions of a first contact as a list that people read (DOMAIN 5)."""

from datetime import date

from node.i18n import format_count, format_yen, message
from node.web.ui.language import current_language, gettext
from node.web.ui.parts import Pair
from protocol.terms import FixedOvertime, Terms

# In the order in which they are read; the form of an opening asks for them alike.
CLAUSES = {
    "duties": message("Work"),
    "duties_scope": message("Work may change to"),
    "contract": message("Contract"),
    "renewal": message("Renewal"),
    "probation": message("Trial period"),
    "place": message("Place of work"),
    "place_scope": message("Place may change to"),
    "hours": message("Hours"),
    "overtime": message("Overtime"),
    "breaks": message("Breaks"),
    "holidays": message("Days off"),
    "wage": message("Pay"),
    "insurance": message("Insurance"),
    "smoking": message("Smoking"),
}
_AFTER_WAGE = "wage"


def terms_lines(terms: Terms) -> tuple[Pair, ...]:
    """Return *terms*, word for word, in the page's language."""
    lines = [
        Pair(message("Employer"), _employer(terms)),
        Pair(message("Opening"), terms.title),
    ]
    for name, label in CLAUSES.items():
        clause: str | None = getattr(terms, name)
        if clause is not None:
            lines.append(Pair(label, clause))
        if name == _AFTER_WAGE and terms.fixed_overtime is not None:
            lines.append(Pair(message("Fixed overtime pay"), _fixed(terms.fixed_overtime)))
    lines.append(Pair(message("Confirmed on"), date.fromisoformat(terms.confirmed)))
    return tuple(lines)


def _employer(terms: Terms) -> str:
    pattern = (
        gettext("%(company)s (agency work)")
        if terms.dispatch
        else gettext("%(company)s (not agency work)")
    )
    return pattern % {"company": terms.employer.name}


def _fixed(overtime: FixedOvertime) -> str:
    return gettext("%(pay)s of the pay covers %(hours)s hours; more is paid on top") % {
        "pay": format_yen(overtime.jpy, current_language()),
        "hours": format_count(overtime.hours),
    }
