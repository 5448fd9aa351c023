import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from node.cli.report import document
from node.cli.report_text import words
from node.clock import StandingClock
from node.demo.applicants import ENCODING, applications_csv
from node.domain.cost import YenRange
from node.domain.intervals import Proportion
from node.i18n import LANGUAGES, Language
from node.services.analytics import Analytics, JobsAtStage, Report
from node.services.interviewers import Interviewers
from node.storage import proposals
from node.storage.database import open_database
from node.storage.tables.opening import Introduction, Opening
from node.storage.vault import Vault
from protocol.introduction_life import State
from protocol.taxonomy import CandidateEnd, Stage
from tests.node.services.intake_world import (
    VOCABULARY,
    KeptMail,
    Row,
    World,
    open_world,
    row,
)

ASSUMED = YenRange(Fraction(400_000), Fraction(600_000))
TODAY = date(2026, 11, 24)
NAMES = ("佐伯 亮", "三浦 さやか", "大庭 圭", "黒木 玲子", "鳥居 正樹")


@pytest.fixture(params=("sqlite", "postgresql"))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A company on each kind of database in turn."""
    if request.param == "sqlite":
        with open_world(tmp_path) as world:
            yield world
        return
    db = open_database(request.getfixturevalue("postgres_url"))
    yield World(db, StandingClock(), KeptMail(), Vault(b"m" * 32, b"i" * 32), tmp_path)
    db.close()


def report(world: World) -> Report:
    return Analytics(world.db, world.clock, ASSUMED).report()


def demo_rows(company: str) -> list[Row]:
    text = applications_csv(company, today=TODAY).decode(ENCODING[company])
    return list(csv.DictReader(io.StringIO(text, newline="")))


def introduced(world: World, states: list[State]) -> None:
    with world.db.begin() as tx:
        tx.add(
            Opening.new(
                id="0" * 32,
                title="営業",
                requirement=b"{}",
                terms=b"{}",
                purpose="採用選考のため",
                retention_days=180,
                created_at=0,
            )
        )
        tx.flush()
        for number, state in enumerate(states):
            proposals.put_introduction(
                tx,
                Introduction.new(
                    id=f"{number:032}",
                    opening_id="0" * 32,
                    member="1" * 32,
                    received_at=0,
                    keep_until="2027-05-23",
                    status=state,
                    report=False,
                ),
            )


def at(found: Report, stage: Stage) -> JobsAtStage:
    (jobs,) = [jobs for jobs in found.jobs if jobs.stage is stage]
    return jobs


def test_a1_without_costs_the_report_prints_the_assumed_range(world: World) -> None:
    world.take(row(number, 選考終了理由="入社決定", 費用="") for number in range(2))
    found = report(world)
    assert found.cost.is_assumed
    assert found.cost.before == ASSUMED
    assert "  リレーなし: 400,000〜600,000円 [前提値]" in words(found, VOCABULARY, "ja")
    assert "  without the relay: JPY 400,000–600,000 [assumed]" in words(found, VOCABULARY, "en")


def test_a1_with_costs_the_report_prints_one_number_and_no_range(world: World) -> None:
    hired = [row(number, 選考終了理由="入社決定", 費用="250,000円") for number in range(2)]
    world.take([*hired, row(2, 費用="40000")])
    found = report(world)
    assert not found.cost.is_assumed
    assert found.cost.before == YenRange(Fraction(270_000), Fraction(270_000))
    lines = words(found, VOCABULARY, "ja")
    assert "  リレーなし: 270,000円" in lines
    assert not any("前提値" in line for line in lines)


def test_a2_the_rejection_share_of_the_demo(world: World) -> None:
    world.take(demo_rows("alpha"), "cp932")
    found = report(world)
    assert found.rejection == Proportion(285, 300)
    assert "  すべて: 95.0% (91.9 – 96.9)  285/300" in words(found, VOCABULARY, "ja")
    assert {share.job: share.rejection for share in found.rejection_by_job} == {
        "機械設計": Proportion(85, 90),
        "法人営業": Proportion(140, 150),
        "生産技術": Proportion(60, 60),
    }


def test_a5_a_job_that_is_significantly_low_and_one_with_too_few(world: World) -> None:
    world.take(demo_rows("alpha"), "cp932")
    found = report(world)
    screening = {one.job: one for one in at(found, Stage.SCREENING).rates}
    assert [job for job, one in screening.items() if one.is_low] == ["生産技術"]
    assert screening["生産技術"].rate.passed == Proportion(3, 60)
    (few,) = [one for one in at(found, Stage.INTERVIEW_1).rates if one.job == "生産技術"]
    assert few.rate.passed == Proportion(0, 3)
    lines = words(found, VOCABULARY, "ja")
    assert (
        "    生産技術: 5.0% (1.7 – 13.7)  進んだ人 3, 決まった人 60, 辞退 0  [有意に低い]" in lines
    )
    assert "    生産技術: 件数不足  進んだ人 0, 決まった人 3, 辞退 0" in lines
    shown = json.loads(json.dumps(document(found)))["jobs"]["iv1"]["生産技術"]
    assert (shown["count"], shown["total"], shown["share"]) == (0, 3, None)


def test_a5_who_is_still_in_selection_or_withdrew_is_in_no_pass_rate(world: World) -> None:
    running = {"一次結果": "選考中", "選考終了理由": "", "終了日": ""}
    withdrew = {"一次結果": "辞退", "選考終了理由": "応募者辞退"}
    world.take([row(0), row(1, **running), row(2, **withdrew)])
    (screening, interview) = report(world).stages
    assert (screening.entered, screening.passed) == (3, Proportion(3, 3))
    assert (interview.entered, interview.passed) == (3, Proportion(0, 1))
    assert interview.withdrew == 1


def offered(number: int, result: str, reason: str) -> Row:
    return row(number, 一次結果="合格", 内定結果=result, 選考終了理由=reason)


def test_a6_three_declines_each_with_its_own_denominator(world: World) -> None:
    rows = [row(number, 一次結果="辞退", 選考終了理由="応募者辞退") for number in range(10)]
    rows += [offered(number, "辞退", "応募者辞退") for number in range(10, 15)]
    rows += [offered(number, "承諾", "応募者辞退") for number in range(15, 17)]
    rows += [offered(number, "承諾", "入社決定") for number in range(17, 25)]
    rows += [offered(25, "不合格", "不採用"), *(row(number) for number in range(26, 40))]
    world.take(rows)
    found = report(world)
    expected = {
        CandidateEnd.BEFORE_OFFER: Proportion(10, 40),
        CandidateEnd.OFFER_DECLINED: Proportion(5, 15),
        CandidateEnd.AFTER_ACCEPTANCE: Proportion(2, 10),
    }
    assert found.declines.rates == expected
    assert [one.rates for one in found.declines_by_job] == [expected]
    assert [(one.segment, one.rates) for one in found.declines_by_route] == [("media", expected)]
    lines = words(found, VOCABULARY, "ja")
    assert "    すべて: 25.0% (14.2 – 40.2)  10/40 応募した人" in lines
    assert "    すべて: 件数不足  5/15 内定を出した人" in lines
    assert "    すべて: 件数不足  2/10 内定を承諾した人" in lines


def graded(number: int, first: tuple[str, str], second: tuple[str, str]) -> Row:
    return row(
        number,
        書類面接官=first[0],
        書類評価=first[1],
        一次面接官=second[0],
        一次評価=second[1],
    )


def test_a7_a_mild_interviewer_is_found_though_his_raw_mean_is_lower(world: World) -> None:
    # The strict one sees the stronger people.
    weak = [graded(n, ("佐伯 亮", "C"), ("大庭 圭", "D")) for n in range(20)]
    strong = [graded(n, ("三浦 さやか", "B"), ("大庭 圭", "A")) for n in range(20, 40)]
    spelt = ("黒木 玲子", *("黒木　玲子",) * 6)
    few = [graded(40 + n, (name, "C"), ("大庭 圭", "C")) for n, name in enumerate(spelt)]
    world.take([*weak, *strong, *few])
    found = report(world)
    names = Interviewers(world.db, world.vault).names()
    by_name = {names[one.interviewer]: one for one in found.interviewers}
    assert set(by_name) == {"佐伯 亮", "三浦 さやか", "大庭 圭", "黒木 玲子"}
    assert by_name["佐伯 亮"].interval[0] > 0 > by_name["三浦 さやか"].interval[1]
    assert (by_name["黒木 玲子"].shared, by_name["黒木 玲子"].is_enough) == (7, False)
    line = f"  interviewer {by_name['黒木 玲子'].pseudonym} (A-E): too few  shared candidates 7"
    assert line in words(found, VOCABULARY, "en")


def test_a19_fifteen_direct_and_five_introduced_are_exactly_a_quarter_less(world: World) -> None:
    world.take(demo_rows("alpha"), "cp932")
    introduced(world, [State.HIRED] * 5 + [State.NEW, State.INTERVIEWED, State.DECLINED])
    cost = report(world).cost
    assert (cost.direct_hires, cost.relay_hires, cost.hires) == (15, 5, 20)
    assert cost.before == YenRange(Fraction(500_000), Fraction(500_000))
    assert cost.with_relay == YenRange(Fraction(375_000), Fraction(375_000))
    assert cost.change == Fraction(-1, 4)
    assert cost.avoided == YenRange(Fraction(2_500_000), Fraction(2_500_000))
    assert "  リレーあり: 375,000円 (-25.0%)" in words(report(world), VOCABULARY, "ja")
    assert json.loads(json.dumps(document(report(world))))["cost_per_hire"] == {
        "hires": 20,
        "direct_hires": 15,
        "relay_hires": 5,
        "assumed": False,
        "before_yen": {"least": 500_000, "most": 500_000},
        "with_relay_yen": {"least": 375_000, "most": 375_000},
        "change_percent": -25.0,
        "avoided_yen": {"least": 2_500_000, "most": 2_500_000},
    }


def test_a19_the_demo_without_costs_saves_what_the_range_says(world: World) -> None:
    world.take([one | {"費用": ""} for one in demo_rows("alpha")], "cp932")
    introduced(world, [State.HIRED] * 5)
    cost = report(world).cost
    assert cost.with_relay == YenRange(Fraction(300_000), Fraction(450_000))
    assert cost.avoided == YenRange(Fraction(2_000_000), Fraction(3_000_000))
    assert cost.change == Fraction(-1, 4)


@pytest.mark.parametrize("company", ["alpha", "beta", "gamma"])
def test_no_name_of_anybody_is_in_what_the_command_prints(world: World, company: str) -> None:
    rows = demo_rows(company)
    world.take(rows, ENCODING[company])
    found = report(world)
    printed = [*(line for one in LANGUAGES for line in words(found, VOCABULARY, one))]
    text = "\n".join([*printed, json.dumps(document(found), ensure_ascii=False), repr(found)])
    for name in (*NAMES, *(one["氏名"] for one in rows), *(one["メールアドレス"] for one in rows)):
        assert name not in text
    assert set(Interviewers(world.db, world.vault).names().values()) == set(NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_node_prints_no_percentage_but_its_definitions(
    world: World, language: Language
) -> None:
    lines = words(report(world), VOCABULARY, language)
    assert not any("0.0%" in line for line in lines)
    assert sum(line.startswith("  * ") for line in lines) == 6
