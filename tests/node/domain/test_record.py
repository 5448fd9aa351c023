from dataclasses import replace
from datetime import date, timedelta

from node.domain.applicant import Application, Employer, Identity, Profile, StageEvent, StageResult
from node.domain.record import Record, pack, state_of, unpack
from node.domain.rows import ParsedRow
from node.domain.vocabulary import Vocabulary
from protocol.taxonomy import Region, Route, Stage, StageBand, Years
from tests.node.reading import rows_of

TODAY = date(2026, 11, 24)
YEAR = timedelta(days=365)


IDENTITY = Identity(name="架空 花子", kana="カクウ ハナコ", mails=("a@example.jp",))
PROFILE = Profile(region=Region.CHUBU, occupation="sales", skills=("excel",))


def record(
    applied_on: date = TODAY,
    *,
    identity: Identity = IDENTITY,
    profile: Profile = PROFILE,
    application: Application | None = None,
) -> Record:
    applied = Application("A-1", "営業", applied_on, route=Route.MEDIA)
    return Record(
        source="csv",
        candidate_id="P-1",
        identity=identity,
        profile=profile,
        application=application or applied,
        cells={"name": "架空 花子", "kana": ""},
    )


def test_a_record_comes_back_but_for_its_blank_cells(vocabulary: Vocabulary) -> None:
    cells = {"応募ID": "A-1", "氏名": "架空 花子", "求人名": "営業", "応募日": "2026/10/1"}
    text = "\n".join((",".join((*cells, "フリガナ")), ",".join((*cells.values(), ""))))
    (parsed,) = rows_of(text.encode(), vocabulary)
    assert isinstance(parsed, ParsedRow)
    whole = Record(
        "csv",
        parsed.candidate_id,
        parsed.identity,
        parsed.profile,
        parsed.application,
        parsed.cells,
    )
    assert unpack(pack(whole)) == replace(
        whole, cells={key: text for key, text in whole.cells.items() if text}
    )


def test_the_order_of_cells_does_not_change_the_bytes() -> None:
    one = replace(record(), cells={"name": "x", "job": "y"})
    assert pack(one) == pack(replace(one, cells={"job": "y", "name": "x", "kana": ""}))


def test_the_newest_application_speaks_and_an_older_one_fills_its_blanks() -> None:
    old = record(
        date(2026, 1, 1), profile=Profile(region=Region.KANTO, years=Years.UP_TO_4, skills=("sql",))
    )
    new = record(
        date(2026, 5, 1),
        identity=Identity(name="新姓 花子", mails=("b@example.jp",)),
        profile=Profile(region=Region.CHUBU),
    )
    state = state_of([old, new], retention=YEAR, today=TODAY)
    assert (state.identity.name, state.identity.kana) == ("新姓 花子", "カクウ ハナコ")
    assert state.identity.mails == ("b@example.jp",)
    assert state.profile == Profile(
        region=Region.CHUBU, years=Years.UP_TO_4, skills=("sql",), occupation=None
    )


def test_the_furthest_stage_and_the_latest_end_of_all_count() -> None:
    far = Application(
        "A-1",
        "営業",
        date(2026, 1, 1),
        ended_on=date(2026, 3, 1),
        events=(StageEvent(Stage.FINAL, StageResult.FAILED),),
    )
    near = Application("A-2", "購買", date(2026, 4, 1), ended_on=date(2026, 4, 9))
    state = state_of(
        [record(application=far), record(application=near)],
        retention=YEAR,
        today=TODAY,
    )
    assert state.stage is StageBand.FINAL
    assert state.retained_until == date(2027, 4, 9)


def test_a_selection_that_runs_is_kept_from_today() -> None:
    state = state_of([record(date(2026, 1, 1))], retention=YEAR, today=TODAY)
    assert state.retained_until == TODAY + YEAR


def test_every_employer_that_was_named_is_blocked() -> None:
    named = [
        Employer("つばくろ電機"),
        Employer(),
        Employer("ひよどり製作所"),
        Employer("つばくろ電機"),
    ]
    records = [record(identity=Identity(name="架空 花子", employer=employer)) for employer in named]
    state = state_of(records, retention=YEAR, today=TODAY)
    assert [one.name for one in state.employers] == ["つばくろ電機", "ひよどり製作所"]


def test_no_repr_of_a_record_shows_the_person() -> None:
    shown = repr(record()) + repr(state_of([record()], retention=YEAR, today=TODAY))
    assert "花子" not in shown
    assert "example.jp" not in shown
