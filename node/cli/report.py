"""The verb that prints what the company's own selections teach; it needs no passphrase."""

import json
from fractions import Fraction
from typing import Annotated, Final

import typer

from config.settings import load_settings
from node.assembly.words import read_vocabulary
from node.cli.ceremony import database
from node.cli.errors import CommandError
from node.cli.options import DEFAULT_SETTINGS, AsJson, SettingsFile
from node.cli.report_text import words
from node.clock import SystemClock
from node.domain import cost, declines, funnel, intervals, leniency
from node.domain.cost import CostReport, YenRange
from node.domain.declines import Declines
from node.domain.funnel import StageRate
from node.domain.intervals import Proportion
from node.domain.leniency import Leniency
from node.i18n import DEFAULT, Bilingual, as_language
from node.services.analytics import Analytics, Report

_DEFINITIONS: Final = {
    "intervals": intervals.DEFINITION,
    "rejection": funnel.REJECTION_DEFINITION,
    "stages": funnel.RATE_DEFINITION,
    "significantly_low": funnel.LOW_DEFINITION,
    "declines": declines.DEFINITION,
    "interviewers": leniency.DEFINITION,
    "cost_per_hire": cost.DEFINITION,
}

Shown = str | float | bool | list["Shown"] | dict[str, "Shown"] | None


def report(
    settings: SettingsFile = DEFAULT_SETTINGS,
    language: Annotated[str, typer.Option("--lang", help="ja or en.")] = DEFAULT,
    as_json: AsJson = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Print pass rates, declines, interviewers and cost per hire, with their definitions."""
    chosen = as_language(language)
    if chosen is None:
        raise CommandError("--lang is ja or en")
    configured = load_settings(settings)
    yen = configured.cost
    assumed = YenRange(Fraction(yen.assumed_least_yen), Fraction(yen.assumed_most_yen))
    with database(configured) as db:
        found = Analytics(db, SystemClock(), assumed).report()
    if as_json:
        print(json.dumps(document(found), ensure_ascii=False))
    else:
        print("\n".join(words(found, read_vocabulary(), chosen)))


def document(found: Report) -> dict[str, Shown]:
    """Return the report as JSON; a share is null where the cases are too few."""
    return {
        "made_at": found.made_at.isoformat(timespec="seconds"),
        "rejection": _share(found.rejection),
        "rejection_by_job": {one.job: _share(one.rejection) for one in found.rejection_by_job},
        "stages": {rate.stage: _rate(rate) for rate in found.stages},
        "jobs": {
            jobs.stage: {
                one.job: _rate(one.rate) | {"significantly_low": one.is_low} for one in jobs.rates
            }
            for jobs in found.jobs
        },
        "declines": _declines(found.declines),
        "declines_by_job": {one.segment: _declines(one) for one in found.declines_by_job},
        "declines_by_route": {one.segment: _declines(one) for one in found.declines_by_route},
        "interviewers": [_leniency(one) for one in found.interviewers],
        "cost_per_hire": _cost(found.cost),
        "definitions": {name: _both(text) for name, text in _DEFINITIONS.items()},
    }


def _both(text: Bilingual) -> dict[str, Shown]:
    return {"ja": text.ja, "en": text.en}


def _share(found: Proportion) -> dict[str, Shown]:
    counts: dict[str, Shown] = {"count": found.count, "total": found.total}
    interval = found.interval
    if interval is None or not found.is_enough:
        return counts | {"share": None, "low": None, "high": None}
    return counts | {"share": found.share, "low": interval[0], "high": interval[1]}


def _rate(found: StageRate) -> dict[str, Shown]:
    entered: dict[str, Shown] = {"entered": found.entered, "withdrew": found.withdrew}
    return entered | _share(found.passed)


def _declines(found: Declines) -> dict[str, Shown]:
    return {kind: _share(rate) for kind, rate in found.rates.items()}


def _leniency(found: Leniency) -> dict[str, Shown]:
    who: dict[str, Shown] = {
        "interviewer": found.pseudonym,
        "scale": found.scale,
        "shared": found.shared,
    }
    if not found.is_enough:
        return who | {"difference": None, "low": None, "high": None}
    low, high = found.interval
    return who | {"difference": found.difference, "low": low, "high": high}


def _cost(found: CostReport) -> dict[str, Shown]:
    return {
        "hires": found.hires,
        "direct_hires": found.direct_hires,
        "relay_hires": found.relay_hires,
        "assumed": found.is_assumed,
        "before_yen": _yen(found.before),
        "with_relay_yen": _yen(found.with_relay),
        "change_percent": None if found.change is None else float(found.change * 100),
        "avoided_yen": _yen(found.avoided),
    }


def _yen(found: YenRange | None) -> Shown:
    return None if found is None else {"least": round(found.least), "most": round(found.most)}
