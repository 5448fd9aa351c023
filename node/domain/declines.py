"""Decline rates, each with its own denominator (DOMAIN 7).

Two denominators are in use for 内定辞退率, so there are two measures with two names.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from node.domain.applicant import STAGE_ORDER, StageResult
from node.domain.intervals import Proportion
from node.i18n import Bilingual
from protocol.taxonomy import CandidateEnd, Stage

DEFINITION: Final = Bilingual(
    ja="辞退率＝その時点で応募者が辞退した人÷右に書いた人。内定辞退率は承諾の前と後で分けます。",
    en="Decline rate = candidates who left at that point ÷ those named beside it. Declined"
    " offers are apart before and after the acceptance.",
)


@dataclass(frozen=True, slots=True)
class DeclineRow:
    """One application: its segment, what it reached, and how the candidate ended it."""

    segment: str
    was_offered: bool
    was_accepted: bool  # by the candidate
    ended_kind: CandidateEnd | None


@dataclass(frozen=True, slots=True)
class Measure:
    """The name of a rate and the words of its denominator."""

    name: Bilingual
    denominator: Bilingual


MEASURES: Final[dict[CandidateEnd, Measure]] = {
    CandidateEnd.BEFORE_OFFER: Measure(
        Bilingual("選考辞退率", "Withdrawal during selection"),
        Bilingual("応募した人", "applications"),
    ),
    CandidateEnd.OFFER_DECLINED: Measure(
        Bilingual("内定辞退率（承諾前）", "Offer declined"),
        Bilingual("内定を出した人", "offers made"),
    ),
    CandidateEnd.AFTER_ACCEPTANCE: Measure(
        Bilingual("内定辞退率（承諾後）", "Withdrawal after acceptance"),
        Bilingual("内定を承諾した人", "offers accepted"),
    ),
}


@dataclass(frozen=True, slots=True)
class Declines:
    """The three rates of one segment, by when the candidate left."""

    segment: str
    rates: dict[CandidateEnd, Proportion]


def decline_row(
    segment: str,
    *,
    furthest: Stage,
    is_hired: bool,
    offer: StageResult | None,
    ended_kind: CandidateEnd | None,
) -> DeclineRow:
    """Return the row of an application; *offer* is what its stage of offer came to, if any.

    An offer that the company took back (failed) was none.
    """
    was_accepted = (
        is_hired
        or offer is StageResult.PASSED
        or ended_kind is CandidateEnd.AFTER_ACCEPTANCE
        or STAGE_ORDER[furthest] > STAGE_ORDER[Stage.OFFER]
    )
    was_offered = (
        was_accepted
        or offer in {StageResult.PENDING, StageResult.WITHDREW}
        or ended_kind is CandidateEnd.OFFER_DECLINED
    )
    return DeclineRow(segment, was_offered, was_accepted, ended_kind)


def declines(rows: Iterable[DeclineRow]) -> Declines:
    """Return the three rates over all *rows*."""
    return _declines("", list(rows))


def declines_by_segment(rows: Iterable[DeclineRow]) -> tuple[Declines, ...]:
    """Return the three rates of each segment, by its name."""
    segments: dict[str, list[DeclineRow]] = defaultdict(list)
    for row in rows:
        segments[row.segment].append(row)
    return tuple(_declines(segment, own) for segment, own in sorted(segments.items()))


def _declines(segment: str, rows: list[DeclineRow]) -> Declines:
    totals = {
        CandidateEnd.BEFORE_OFFER: len(rows),
        CandidateEnd.OFFER_DECLINED: sum(row.was_offered for row in rows),
        CandidateEnd.AFTER_ACCEPTANCE: sum(row.was_accepted for row in rows),
    }
    return Declines(
        segment,
        {
            kind: Proportion(sum(row.ended_kind is kind for row in rows), total)
            for kind, total in totals.items()
        },
    )
