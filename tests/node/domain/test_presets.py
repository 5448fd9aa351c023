"""The presets against the canonical enumerations of DOMAIN 4.1, in both directions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.applicant import Outcome, StageResult
from node.domain.errors import MappingError
from node.domain.field import MEANINGS, Field
from node.domain.mapping import (
    ColumnMapping,
    End,
    document_of,
    guess,
    mapping_from,
    read_end,
    word,
)
from node.domain.vocabulary import Vocabulary
from protocol.taxonomy import CandidateEnd, EndedBy, Reason, Route, Stage
from tests.node.reading import PRESETS

FILES = ("doda", "generic", "herp", "hrmos", "jobcan", "tasuki")  # what people hand in as files

ORG, CANDIDATE = "org", "candidate"
ENDS = {
    "running": """選考中 選考前 進行中 対応中 未対応 新着 新規 日程調整中 結果待ち 保留
        合格 通過 内定 内定承諾 入社予定 active inprogress ongoing pending offered
        書類選考 書類選考中 書類確認中 適性検査 カジュアル面談 面接 面接中 面接予定 面接調整中
        面接日程調整中 面接結果待ち 一次選考 一次選考中 一次面接 1次選考 1次面接 二次選考
        二次選考中 二次面接 2次選考 2次面接 三次選考 三次面接 3次選考 3次面接 最終選考
        最終選考中 最終面接 一次面接調整中 二次面接調整中 最終面接調整中 調整中 評価待ち
        判定待ち 書類通過 書類選考通過 一次面接通過 二次面接通過 内定提示中 オファー面談
        オファー提示中 内定承諾待ち inreview inprocess interview interviewing phonescreen
        applicationreview onhold offerextended""",
    "hired": "入社 入社済 入社済み 入社決定 採用 採用決定 hired joined converted",
    ORG: """不採用 不合格 見送り お見送り 不採用通知済み 書類不合格 書類選考不合格
        一次不合格 二次不合格 最終不合格 ng rejected
        werejectedthem declinedbycompany disqualified""",
    CANDIDATE: """応募者辞退 辞退 本人辞退 候補者辞退 未設定辞退 選考前辞退 選考後辞退
        withdrawn withdrew theyrejectedus""",
    "candidate:before_offer": "選考辞退 書類選考辞退 面接辞退",
    "candidate:offer_declined": "内定辞退 オファー辞退 offerdeclined declinedoffer",
    "candidate:after_acceptance": "承諾後辞退 内定承諾後辞退 入社前辞退 reneged",
    "neither": """非選考対象 対象外 選考対象外 求人クローズ 募集終了 採用充足
        positionclosed jobclosed""",
    "unknown": "終了 選考終了 選考中止 クローズ closed archived nonespecified",
}
REASONS = {
    Reason.SKILL_GAP: "スキル不足",
    Reason.EXPERIENCE_SHORT: "経験年数不足",
    Reason.OVER_SPEC: "オーバースペック",
    Reason.CONDITIONS: "条件不一致",
    Reason.CULTURE: "カルチャーミスマッチ",
    Reason.LANGUAGE: "日本語力不足",
    Reason.COMPETITOR_CHOSEN: "他候補者を採用",
    Reason.POSITION_CLOSED: "求人クローズ",
    Reason.INCOMPLETE: "書類不備",
    Reason.DUPLICATE: "重複応募",
    Reason.CONDUCT: "経歴詐称",
    Reason.OTHER: "その他",
}
ROUTES = {
    "求人媒体": Route.MEDIA,
    "求人媒体(スカウト)": Route.MEDIA_SCOUT,
    "エージェント": Route.AGENCY,
    "社員紹介": Route.REFERRAL,
    "自社サイト": Route.OWN_SITE,
    "転職フェア": Route.EVENT,
    "ハローワーク": Route.HELLOWORK,
    "採用リレー": Route.RELAY,
    "自社の過去の応募者": Route.OWN_POOL,
    "その他": Route.OTHER,
}
STEPS = {
    "エントリー": Stage.ENTRY,
    "カジュアル面談": Stage.CASUAL,
    "書類選考": Stage.SCREENING,
    "適性検査": Stage.TEST,
    "一次選考": Stage.INTERVIEW_1,
    "1次面接": Stage.INTERVIEW_1,
    "二次選考": Stage.INTERVIEW_2,
    "2次面接": Stage.INTERVIEW_2,
    "三次選考": Stage.INTERVIEW_3PLUS,
    "最終選考": Stage.FINAL,
    "内定": Stage.OFFER,
    "内定承諾": Stage.ACCEPTED,
}
SAMPLES = {
    "herp": "応募時刻,名前,応募経路,選考ステップ,募集職種,選考終了理由,メールアドレス",
    "hrmos": "応募ID,候補者ID,氏名,フリガナ,メールアドレス,電話番号,選考ポジション,応募日時,"
    "応募経路,選考ステータス,書類選考実施日,書類選考総合評価,不合格日,辞退日,入社日,備考",
    "jobcan": "候補者ID,候補者名,フリガナ,メールアドレス,電話番号,求人タイトル,エントリー日,"
    "応募経路,現在のステップ,選考結果,不採用理由,備考",
    "doda": "応募者ID,姓漢字,名漢字,姓カナ,名カナ,求人名称,応募日時,郵便番号,都道府県名,住所1,"
    "生年月日,メールアドレス,電話番号1,電話番号2,職歴1_会社名,職歴1_詳細",
    "tasuki": "応募ID,候補者ID,氏名,求人名,応募日,書類実施日,書類結果,一次面接官,"
    "選考終了理由,終了日",
    "generic": "お名前,ふりがな,Eメール,携帯番号,応募ポジション,応募年月日,合否,お見送り理由",
}
ENGLISH = "Full Name,Email,Phone,Job Title,Applied At,Stage,Status,Rejection Reason,Source"


def header(text: str) -> list[str]:
    return "".join(text.split()).split(",")


@pytest.mark.parametrize("name", FILES)
def test_every_word_of_an_end_means_what_the_enumeration_says(name: str) -> None:
    meant = {spelt: code for code, words in ENDS.items() for spelt in words.split()}
    ends = {spelt: end.code for spelt, end in PRESETS[name].ends.items() if spelt}
    assert ends == {spelt: meant[spelt] for spelt in ends}
    assert PRESETS[name].ends.get("", End(Outcome.RUNNING)).outcome is Outcome.RUNNING


@pytest.mark.parametrize("name", ["generic", "hrmos", "jobcan"])
def test_a_stage_in_the_column_of_the_end_ends_nothing(name: str) -> None:
    ends = PRESETS[name].ends
    for text in (
        "一次面接",
        "１次面接",
        "書類選考中",
        "面接調整中",
        "結果待ち",
        "内定提示中",
        "保留",
    ):
        assert ends[word(text)].outcome is Outcome.RUNNING, text
    # Never by a part of the text.
    assert ends[word("内定辞退")].ended_by is EndedBy.CANDIDATE
    assert not {word(text) for text in ("一次面接後お見送り", "選考中に辞退")} & set(ends)


def test_every_end_has_words() -> None:
    codes = {end.code for end in PRESETS["generic"].ends.values()}
    assert codes == set(ENDS)
    kinds = {end.kind for end in PRESETS["generic"].ends.values()} - {None}
    assert kinds == set(CandidateEnd)
    assert {end.ended_by for end in PRESETS["generic"].ends.values()} == {None, *EndedBy}


@pytest.mark.parametrize("name", ["herp", "hrmos", "jobcan", "generic"])
def test_every_step_that_a_system_names_is_a_stage(name: str, vocabulary: Vocabulary) -> None:
    steps = PRESETS[name].steps
    for text, stage in STEPS.items():
        found = steps.get(word(text)) or vocabulary.find("stage", text)
        assert found == stage, text
    # The other way: no stage that a file can be in is without a word.
    assert set(steps.values()) >= set(Stage) - {Stage.JOINED}


@pytest.mark.parametrize("name", sorted(set(FILES) - {"tasuki"}))
def test_every_result_has_words(name: str) -> None:
    results = PRESETS[name].results
    if name != "doda":  # which knows of no selection
        assert set(results.values()) == set(StageResult)
    assert results.get("不合格", StageResult.FAILED) is StageResult.FAILED


def test_every_reason_and_every_route_has_words(vocabulary: Vocabulary) -> None:
    assert set(REASONS) == set(Reason)
    assert {vocabulary.find("reason", text): text for text in REASONS.values()} == {
        str(reason): text for reason, text in REASONS.items()
    }
    assert set(ROUTES.values()) == set(Route)
    assert {text: vocabulary.find("route", text) for text in ROUTES} == ROUTES


@pytest.mark.parametrize("name", FILES)
def test_the_header_of_a_system_is_known_as_its_own(name: str) -> None:
    names = header(SAMPLES[name])
    found = guess(names, PRESETS.values())
    assert found.name == name
    found.check(names)
    assert set(found.columns) == set(names)


def test_an_english_header_is_read() -> None:
    names = header(ENGLISH)
    found = guess(names, PRESETS.values())
    assert set(found.columns) == {*names}
    found.check(names)


def test_the_error_file_s_own_columns_mean_nothing() -> None:
    for preset in PRESETS.values():
        assert not {"行", "列", "理由", "reason"} & set(preset.columns)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_is_read_back_from_what_is_stored_of_it(name: str) -> None:
    preset = PRESETS[name]
    assert mapping_from(name, document_of(preset)) == preset
    assert preset.label.ja
    assert preset.label.en
    assert set(preset.columns.values()) <= set(MEANINGS)


@given(
    st.sampled_from([*EndedBy, *(f"candidate:{kind}" for kind in CandidateEnd)])
    | st.sampled_from([f"org:{reason}" for reason in Reason])
    | st.sampled_from(["running", "hired"])
)
def test_every_code_of_an_end_is_read_back(code: str) -> None:
    assert read_end(code).code == code


@pytest.mark.parametrize("code", ["", "company", "org:", "org:bad luck", "neither:closed", "ended"])
def test_no_other_code_is_an_end(code: str) -> None:
    document = {"ends": {"x": code}}
    if code == "org:":
        assert mapping_from("x", document).ends["x"].code == ORG
        return
    with pytest.raises(MappingError):
        mapping_from("x", document)


def test_of_two_columns_of_one_meaning_the_first_of_the_mapping_counts() -> None:
    preset: ColumnMapping = PRESETS["hrmos"]
    found = preset.of_header(["求人名", "選考ポジション", "氏名", "応募日"])
    assert found.columns == {
        "選考ポジション": Field.JOB,
        "氏名": Field.NAME,
        "応募日": "applied_on",
    }
