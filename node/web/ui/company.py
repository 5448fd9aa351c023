"""The company that speaks on the pages of its node."""

from dataclasses import dataclass

from node.i18n import Bilingual


@dataclass(frozen=True, slots=True)
class Company:
    """Who the pages are from, and whom to ask; *legal_mode* as in the settings."""

    name: Bilingual
    address: str
    representative: str
    desk_name: str
    desk_phone: str
    desk_hours: str
    legal_mode: str
    licence: str | None = None
