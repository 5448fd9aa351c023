from node.domain.declines import MEASURES, DeclineRow, declines, declines_by_segment
from protocol.taxonomy import CandidateEnd


def rows(
    segment: str, kind: CandidateEnd | None, times: int, reached: str = ""
) -> list[DeclineRow]:
    was_accepted = reached == "accepted"
    was_offered = was_accepted or reached == "offered"
    return [DeclineRow(segment, was_offered, was_accepted, kind)] * times


ROWS = [
    *rows("sales", None, 63),
    *rows("sales", CandidateEnd.BEFORE_OFFER, 10),
    *rows("software", CandidateEnd.OFFER_DECLINED, 5, "offered"),
    *rows("software", CandidateEnd.AFTER_ACCEPTANCE, 2, "accepted"),
    *rows("software", None, 20, "accepted"),
]


def test_a6_three_declines_have_three_denominators() -> None:
    rates = declines(ROWS).rates
    assert [(rate.count, rate.total) for rate in rates.values()] == [(10, 100), (5, 27), (2, 22)]
    shares = {rate.share for rate in rates.values()}
    assert len(shares) == 3
    denominators = {MEASURES[kind].denominator.ja for kind in rates}
    assert denominators == {"応募した人", "内定を出した人", "内定を承諾した人"}
    assert all(measure.name.en and measure.denominator.en for measure in MEASURES.values())


def test_a6_segments_are_counted_apart() -> None:
    sales, software = declines_by_segment(ROWS)
    assert (sales.segment, software.segment) == ("sales", "software")
    assert sales.rates[CandidateEnd.BEFORE_OFFER].count == 10
    assert sales.rates[CandidateEnd.OFFER_DECLINED].share is None
    assert software.rates[CandidateEnd.BEFORE_OFFER].count == 0
    assert software.rates[CandidateEnd.OFFER_DECLINED].total == 27
