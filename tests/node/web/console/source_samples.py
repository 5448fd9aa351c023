"""Invented values for the page of the connected systems."""

from datetime import UTC, datetime

from node.services.sources import SourceStanding
from node.web.console.sources import SOURCE_FAULTS, SourcesPage
from node.web.ui.page import Page

_NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
_KINDS = ("herp", "kintone", "greenhouse", "lever")

SOURCE_PAGES: dict[str, Page] = {
    "sources": SourcesPage(
        tuple(SourceStanding(f"ats-{kind}", kind, _NOW, _NOW, 0, None, 3, 285) for kind in _KINDS)
    ),
    "sources-held-up": SourcesPage(
        tuple(
            SourceStanding(f"ats-{fault}", "herp", None, _NOW, tries, fault, 0, 0)
            for tries, fault in enumerate(SOURCE_FAULTS, start=1)
        ),
        may_believe=True,
    ),
    "sources-new": SourcesPage((SourceStanding("ats", "lever", None, None, 0, None, 0, 0),)),
    "sources-none": SourcesPage(()),
}
