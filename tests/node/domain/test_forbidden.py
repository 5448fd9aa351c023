"""What may not be collected, by header and by number, and what must survive beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.assembly.words import read_forbidden
from node.domain.errors import MappingError
from node.domain.forbidden import MASK, forbidden_from, masked
from node.domain.sheet import column_name
from tests.node.reading import PRESETS

FORBIDDEN = read_forbidden()

# What the law names (DOMAIN 5), and how files spell it.
HEADERS = {
    "個人番号": "個人番号 マイナンバー ﾏｲﾅﾝﾊﾞｰ MyNumber my_number 個人番号(12桁)",
    "基礎年金番号": "基礎年金番号 年金番号 年金手帳記号番号",
    "在留カード番号": "在留カード番号 在留カードの有無 外国人登録番号 ResidenceCardNo",
    "旅券番号": "旅券番号 パスポート番号 PassportNumber",
    "本籍": "本籍 本籍地 戸籍謄本 住民票の写し",
    "出生地": "出生地 出身地 出身国 BirthPlace PlaceOfBirth place_of_birth",
    "国籍": "国籍 Nationality 人種 民族 門地 Race",
    "家族": """
        家族構成 家族1_氏名 親族 続柄 保護者氏名 父母 兄弟姉妹 世帯主 世帯人数 家庭環境
        子供の有無 お子様 家族手当 FamilyMembers family_structure Children""",
    "配偶者": "配偶者 配偶者の有無 婚姻 既婚・未婚 結婚の有無 独身 MaritalStatus Spouse",
    "扶養": "扶養家族数 扶養義務 扶養人数",
    "住居状況": "住居状況 住居形態 持ち家 自宅付近の略図 同居人 資産",
    "宗教": "宗教 信仰 Religion",
    "信条": "信条 思想 人生観 生活信条 尊敬する人物",
    "支持政党": "支持政党 所属政党 政治活動歴 PoliticalParty",
    "労働組合": "労働組合 労組加入状況 学生運動歴 TradeUnion LabourUnion",
    "愛読書": "愛読書 購読新聞 購読雑誌",
    "病歴": "病歴 既往歴 持病の有無 服薬 通院歴 アレルギー MedicalHistory",
    "健康診断": "健康診断結果 健診結果 健康状態 HealthStatus",
    "障害・手帳": """
        障害の有無 障害 障害種別 障害等級 障がい者手帳 障碍者区分 身体障害
        精神障害者保健福祉手帳 療育手帳 手帳の有無 手帳等級 合理的配慮 Disability
        disability_status""",
    "犯罪歴": "犯罪歴 前科 賞罰 CriminalRecord Convictions",
    "血液型": "血液型 BloodType blood_type",
    "身長・体重": "身長 体重 身長(cm) 容姿 Height Weight(kg)",
    "顔写真": "顔写真 写真 証明写真 写真URL 履歴書写真 photo_url Photo Headshot",
    "性別": "性別 男女 Gender Sex 性自認",
}
FRIENDS = """
    障害対応経験 システム障害対応 システム障害の内容 障害復旧 住所 現住所 住所1 自宅電話番号
    番地 国内営業経験 出身校 出身学校 職歴 学歴 保護者対応経験 姉妹会社 家電量販店経験
    写真編集スキル 商品写真撮影経験 政治部記者 結婚式場での経験 資産運用経験
    子ども向け教材の企画経験 宗教法人会計 健診センター勤務経験 健康経営の推進経験 組合せ最適化
    労務経験 社員番号 応募番号 電話番号 郵便番号 身元保証人 世帯向け営業経験 FamilyName
    family_name Familykana Weightedscore 犬種 Racing Photoshop Photography 男女共同参画の推進
    読書会 戸籍業務経験 扱った製品 本社所在地 体力 保有資格 備考 スキル 希望勤務地 通勤時間
    媒体名"""


@pytest.mark.parametrize("rule", sorted(HEADERS))
def test_every_spelling_of_what_may_not_be_collected_goes(rule: str) -> None:
    for header in HEADERS[rule].split():
        for spelt in (header, f" {header}|必須", f"※{header}（任意）", f"{header[0]} {header[1:]}"):
            found = FORBIDDEN.rule_of(column_name(spelt))
            assert found is not None, spelt
            assert found.name == rule, spelt
            assert found.ground


def test_every_rule_is_tried_here_and_names_its_ground() -> None:
    assert {rule.name for rule in FORBIDDEN.rules} == set(HEADERS)
    assert {rule.ground[:2] for rule in FORBIDDEN.rules} <= {
        "番号",
        "国民",
        "職安",
        "個情",
        "均等",
        "公正",
    }


@pytest.mark.parametrize("header", FRIENDS.split())
def test_what_is_lawful_and_useful_stays(header: str) -> None:
    assert FORBIDDEN.rule_of(header) is None


def test_no_preset_reads_a_column_that_is_dropped() -> None:
    for preset in PRESETS.values():
        for column in preset.columns:
            assert FORBIDDEN.rule_of(column) is None, column


@pytest.mark.parametrize(
    "document",
    [
        {"x": "y"},
        {"x": {"ground": "g"}},
        {"x": {"ground": "g", "spellings": []}},
        {"x": {"ground": 1, "spellings": ["a"]}},
        {"x": {"ground": "g", "spellings": ["("]}},
    ],
)
def test_a_list_that_cannot_be_read_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(MappingError):
        forbidden_from(document)


def my_number(eleven: str) -> str:
    """Return a 個人番号 by the rule of the 施行規則 5条, written here a second time."""
    rest = (
        sum(
            int(digit) * (place + 1 if place <= 6 else place - 5)
            for place, digit in zip(range(11, 0, -1), eleven, strict=True)
        )
        % 11
    )
    return eleven + str(0 if rest <= 1 else 11 - rest)


ELEVEN = st.text("0123456789", min_size=11, max_size=11)
AROUND = st.text(st.characters(exclude_categories=("Nd", "Cs")), max_size=20)


BETWEEN = {
    "plain": "",
    "hyphen": "-",
    "space": " ",
    "wide-hyphen": "－",
    "wide-space": "　",
    "minus": "−",
    "long-sound": "ー",
    "half-long-sound": "ｰ",
    "en-dash": "–",
}


def spelt(number: str, style: str) -> str:
    """Return twelve digits as people write them."""
    groups = [number[place : place + 4] for place in (0, 4, 8)]
    said = BETWEEN.get(style, "").join(groups)
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    return said.translate(wide) if style == "wide" else said


STYLES = st.sampled_from([*BETWEEN, "wide"])


@given(ELEVEN, STYLES, AROUND, AROUND)
def test_a_my_number_in_free_text_is_masked(
    eleven: str, style: str, before: str, behind: str
) -> None:
    number = my_number(eleven)
    said = masked(f"{before}。{spelt(number, style)}。{behind}", "備考")
    assert said == f"{before}。{MASK}。{behind}"


@given(ELEVEN, st.integers(min_value=1, max_value=9), STYLES)
def test_twelve_digits_with_another_check_digit_stay(eleven: str, off: int, style: str) -> None:
    number = my_number(eleven)
    other = spelt(f"{eleven}{(int(number[-1]) + off) % 10}", style)
    assert masked(f"注文番号 {other} の件", "備考") == f"注文番号 {other} の件"


@given(ELEVEN, st.sampled_from(["応募ID", "候補者ID", "社員番号", "求人コード", "TEL", "No."]))
def test_an_id_of_twelve_digits_survives_in_its_column(eleven: str, header: str) -> None:
    assert masked(my_number(eleven), header) == my_number(eleven)


@given(ELEVEN)
def test_a_number_among_more_digits_is_none(eleven: str) -> None:
    longer = f"1{my_number(eleven)}"
    assert masked(f"伝票{longer}", "備考") == f"伝票{longer}"
