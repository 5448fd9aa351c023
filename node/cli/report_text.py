"""The analytics in words, Japanese or English, each number with its counts and definition."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from node.domain import cost, declines, funnel, intervals, leniency
from node.domain.cost import CostReport, YenRange
from node.domain.declines import MEASURES, Declines
from node.domain.intervals import Proportion
from node.domain.leniency import Leniency
from node.domain.vocabulary import Vocabulary
from node.i18n import Bilingual, Language, format_count, format_moment, format_yen_range
from node.services.analytics import Report
from protocol.taxonomy import CandidateEnd

_TITLE: Final = Bilingual("採用の分析", "What the selections teach")
_REJECTION: Final = Bilingual("不採用の割合", "Rejection share")
_BY_STAGE: Final = Bilingual("通過率（段階ごと）", "Pass rate by stage")
_BY_JOB: Final = Bilingual("通過率（求人ごと）", "Pass rate by job")
_DECLINES: Final = Bilingual("辞退率", "Decline rates")
_ALL: Final = Bilingual("すべて", "All")
_INTERVIEWERS: Final = Bilingual("面接官の評価の傾向", "How interviewers rate")
_INTERVIEWER: Final = Bilingual("面接官", "interviewer")
_SHARED: Final = Bilingual("共通の応募者", "shared candidates")
_COST: Final = Bilingual("採用単価", "Cost per hire")
_BEFORE: Final = Bilingual("リレーなし", "without the relay")
_WITH_RELAY: Final = Bilingual("リレーあり", "with the relay")
_AVOIDED: Final = Bilingual("同じ人数を直接採用した場合との差", "avoided at equal hires")
_HIRES: Final = Bilingual("採用した人", "people hired")
_DIRECT: Final = Bilingual("直接", "direct")
_BY_RELAY: Final = Bilingual("リレー", "by the relay")
_ASSUMED: Final = Bilingual("前提値", "assumed")
_NO_HIRES: Final = Bilingual("直接採用した人がいません", "nobody was hired directly")
_NONE: Final = Bilingual("まだありません", "none yet")
_TOO_FEW: Final = Bilingual("件数不足", "too few")
_LOW: Final = Bilingual("有意に低い", "significantly low")
_ADVANCED: Final = Bilingual("進んだ人", "advanced")
_DECIDED: Final = Bilingual("決まった人", "decided")
_WITHDREW: Final = Bilingual("辞退", "withdrew")


def words(report: Report, vocabulary: Vocabulary, language: Language) -> list[str]:
    """Return the report line by line; interviewers stand under their pseudonyms."""
    return list(_Words(report, vocabulary, language).lines())


@dataclass(frozen=True, slots=True)
class _Words:
    """One report in one language."""

    report: Report
    vocabulary: Vocabulary
    language: Language

    def lines(self) -> Iterator[str]:
        said = self._said
        yield f"{said(_TITLE)}  {format_moment(self.report.made_at, self.language)}"
        yield said(intervals.DEFINITION)
        yield from self._section(_REJECTION, self._rejection(), funnel.REJECTION_DEFINITION)
        yield from self._section(_BY_STAGE, self._stages(), funnel.RATE_DEFINITION)
        yield from self._section(_BY_JOB, self._jobs(), funnel.LOW_DEFINITION)
        yield from self._section(_DECLINES, self._declines(), declines.DEFINITION)
        yield from self._section(_INTERVIEWERS, self._interviewers(), leniency.DEFINITION)
        yield from self._section(_COST, self._cost(self.report.cost), cost.DEFINITION)

    def _section(
        self, title: Bilingual, lines: Iterator[str], definition: Bilingual
    ) -> Iterator[str]:
        yield ""
        yield self._said(title)
        found = [f"  {line}" for line in lines]
        yield from found or [f"  {self._said(_NONE)}"]
        yield f"  * {self._said(definition)}"

    def _rejection(self) -> Iterator[str]:
        yield f"{self._said(_ALL)}: {self._share(self.report.rejection)}"
        for share in self.report.rejection_by_job:
            yield f"{share.job}: {self._share(share.rejection)}"

    def _stages(self) -> Iterator[str]:
        for rate in self.report.stages:
            yield f"{self._code('stage', rate.stage)}: {self._rate(rate)}"

    def _jobs(self) -> Iterator[str]:
        for jobs in self.report.jobs:
            yield self._code("stage", jobs.stage)
            for found in jobs.rates:
                low = f"  [{self._said(_LOW)}]" if found.is_low else ""
                yield f"  {found.job}: {self._rate(found.rate)}{low}"

    def _rate(self, rate: funnel.StageRate) -> str:
        counts = ((_ADVANCED, rate.advanced), (_DECIDED, rate.passed.total))
        shown = (*counts, (_WITHDREW, rate.withdrew))
        words = ", ".join(f"{self._said(name)} {format_count(count)}" for name, count in shown)
        return f"{self._percentage(rate.passed)}  {words}"

    def _declines(self) -> Iterator[str]:
        if not self.report.rejection.total:
            return
        for kind in CandidateEnd:
            yield self._said(MEASURES[kind].name)
            yield self._decline(self._said(_ALL), self.report.declines, kind)
            for found in self.report.declines_by_job:
                yield self._decline(found.segment, found, kind)
            for found in self.report.declines_by_route:
                yield self._decline(self._code("route", found.segment), found, kind)

    def _decline(self, segment: str, found: Declines, kind: CandidateEnd) -> str:
        rate, of_what = found.rates[kind], self._said(MEASURES[kind].denominator)
        counts = f"{format_count(rate.count)}/{format_count(rate.total)} {of_what}"
        return f"  {segment}: {self._percentage(rate)}  {counts}"

    def _interviewers(self) -> Iterator[str]:
        for found in self.report.interviewers:
            name = f"{self._said(_INTERVIEWER)} {found.pseudonym} ({found.scale})"
            yield f"{name}: {self._difference(found)}  {self._said(_SHARED)} {found.shared}"

    def _difference(self, found: Leniency) -> str:
        if not found.is_enough:
            return self._said(_TOO_FEW)
        low, high = found.interval
        return f"{found.difference:+.2f} ({low:+.2f} – {high:+.2f})"

    def _cost(self, found: CostReport) -> Iterator[str]:
        said = self._said
        counts = f"{said(_DIRECT)} {found.direct_hires}, {said(_BY_RELAY)} {found.relay_hires}"
        yield f"{said(_HIRES)}: {found.hires} ({counts})"
        if found.before is None or found.with_relay is None or found.avoided is None:
            yield said(_NO_HIRES)
            return
        assumed = f" [{said(_ASSUMED)}]" if found.is_assumed else ""
        change = "" if found.change is None else f" ({float(found.change * 100):+.1f}%)"
        yield f"{said(_BEFORE)}: {self._yen(found.before)}{assumed}"
        yield f"{said(_WITH_RELAY)}: {self._yen(found.with_relay)}{assumed}{change}"
        yield f"{said(_AVOIDED)}: {self._yen(found.avoided)}{assumed}"

    def _share(self, found: Proportion) -> str:
        return f"{self._percentage(found)}  {format_count(found.count)}/{format_count(found.total)}"

    def _percentage(self, found: Proportion) -> str:
        share, interval = found.share, found.interval
        if share is None or interval is None or not found.is_enough:
            return self._said(_TOO_FEW)
        low, high = interval
        return f"{share * 100:.1f}% ({low * 100:.1f} – {high * 100:.1f})"

    def _yen(self, found: YenRange) -> str:
        return format_yen_range(round(found.least), round(found.most), self.language)

    def _code(self, family: str, code: str) -> str:
        return self.vocabulary.label(family, code, self.language)

    def _said(self, text: Bilingual) -> str:
        return text.in_language(self.language)
