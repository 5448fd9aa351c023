"""Which values of a settings file are still the example's, or no company's."""

import tomllib
from typing import Final

from config.settings import EXAMPLE, Settings
from node.domain.blocks import read_corporate_number
from node.domain.errors import UnreadableError

# Those alone that no other company can have: an address or a desk may be alike by chance.
_OWN: Final = (
    ("node", "public_url"),
    ("node", "portal_url"),
    ("company", "name_ja"),
    ("company", "name_en"),
    ("company", "representative"),
    ("mail", "sender"),
)


def unfilled(settings: Settings) -> list[str]:
    """Return a line for each key whose value the operator has yet to fill in."""
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    faults = [
        f"{section}.{key}: put in your own, this is the example's"
        for section, key in _OWN
        if getattr(getattr(settings, section), key) == example[section][key]
    ]
    try:
        read_corporate_number(settings.company.corporate_number)
    except UnreadableError:
        faults.append("company.corporate_number: the check digit is wrong, put in the company's")
    return faults
