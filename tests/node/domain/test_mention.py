import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.domain.mention import Finder, folded
from node.domain.vocabulary import Vocabulary

JAVA = Finder.of([("Java", "java"), ("Java Script", "javascript"), ("Java島", None)])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Javaを5年、JavaScriptを3年使いました。", "java javascript"),
        ("Java8/Spring Bootによる業務システム開発", "java spring business_systems"),
        ("Python3とpandasでデータ分析をしていました。", "python data_science data_analysis"),
        ("C言語、C++、C#の経験があります。", "c_language cpp csharp"),
        ("Ｃ＃／．ＮＥＴ　Ｆｒａｍｅｗｏｒｋ", "csharp"),
        ("ASP.NETの改修を担当", "csharp"),
        ("Go言語（golang）でAPI開発", "go web_development"),
        ("R言語で統計解析", "r_language statistics"),
        ("C, R, Go, AI", ""),
        ("excellent community manager, category: digital trust", ""),
        ("I excel at teamwork and react to problems calmly.", ""),
        ("資料はASAPでMAILしてください。", ""),
        ("GitHubとGitHub Actionsを利用", "git ci_cd"),
        ("TypeScript・React・Next.js", "typescript react"),
        ("PL/SQLのチューニング", "sql"),
        ("MySQLからPostgreSQLへの移行", "mysql postgresql"),
        ("Oracle Database 19c、SQL Server 2019", "oracle_db sql_server"),
        ("AWS（EC2、S3）とAzureの構築", "aws azure"),
        ("ＡＷＳ認定を取得", "aws"),
        ("DockerとKubernetesによるコンテナ運用", "containers"),
        (
            "要件定義から基本設計、結合テストまで",
            "requirements_definition system_design software_testing",
        ),
        ("基本情報技術者試験合格、ITパスポート", "fundamental_it it_passport"),
        ("応用情報技術者", "applied_it"),
        ("CCNA取得。ネットワーク構築3年", "networking"),
        ("情報処理安全確保支援士", "information_security"),
        ("ｴｸｾﾙ(VLOOKUP)、ﾊﾟﾜｰﾎﾟｲﾝﾄ", "excel powerpoint"),
        ("Excel・Word・PowerPointは問題なく使えます", "excel word powerpoint"),
        ("キーワード選定とパスワード管理", ""),
        ("Word文書の作成", "word"),
        ("エクセルマクロを組んでいた", "excel_vba"),
        ("日商簿記２級", "bookkeeping"),
        ("簿記二級の勉強中、決算期は忙しい", "bookkeeping"),
        ("月次決算・年次決算、連結決算の補助", "financial_closing consolidated_accounting"),
        ("経理として売掛金管理を担当", "accounts"),
        ("給与は応相談、貴社に採用いただければ幸いです", ""),
        ("給与計算と社会保険手続き", "payroll labour_management"),
        ("採用担当者様", ""),
        ("不採用となった理由を知りたい", ""),
        ("新卒採用業務と中途採用業務の経験", "recruiting"),
        ("税理士事務所で記帳代行をしていました", "bookkeeping"),
        ("税理士資格あり", "tax_accountant"),
        ("公認会計士（会計士補）", "public_accountant"),
        ("社労士事務所に3年勤務", ""),
        ("社会保険労務士有資格", "labour_consultant"),
        ("中小企業診断士", "management_consulting"),
        ("宅建士を取得、不動産仲介2年", "real_estate_licence real_estate_sales"),
        ("宅建業者に勤務", ""),
        ("1級建築施工管理技士、二級建築士", "building_supervision architect"),
        ("建築士事務所の受付", ""),
        ("第二種電気工事士・電験三種", "electrician electrical_chief"),
        ("危険物取扱者乙種4類、フォークリフト運転技能講習修了", "hazardous_materials forklift"),
        ("玉掛け・床上操作式クレーン", "crane"),
        (
            "大型自動車第一種免許、けん引免許、普通自動車第一種運転免許(AT限定)",
            "large_vehicle towing_licence driving_licence",
        ),
        ("運転免許返納を検討", ""),
        ("看護師免許（准看護師から進学）", "nurse assistant_nurse"),
        ("准看護師", "assistant_nurse"),
        ("介護福祉士、実務者研修修了", "care_worker care_training"),
        ("両親の介護のため退職しました", ""),
        ("介護休業を取得。子の看護のため時短勤務", ""),
        ("医師の診断により休職", ""),
        ("薬剤師、登録販売者", "pharmacist registered_seller"),
        ("保育士・幼稚園教諭一種", "nursery_teacher kindergarten_teacher"),
        ("高等学校教諭（英語）教員免許", "english teaching_licence"),
        ("実家が農業を営んでいます", ""),
        ("調理師免許あり。調理器具の販売会社", "cooking"),
        ("TOEIC 860点、英語圏に2年在住", "english"),
        ("英会話スクールの受付", ""),
        ("中国語でのビジネス会話（HSK6級）", "chinese"),
        ("営業日は平日です。営業時間内に電話ください", ""),
        ("法人営業5年、新規開拓が得意", "sales_b2b"),
        ("インサイドセールス、インサイド・セールス", "inside_sales"),
        ("フィールドセールスとカスタマー・サクセスの経験", "customer_success"),
        ("リスクマネジメント研修を受講", "risk_management"),
        ("部下育成とチームマネジメント", "people_management"),
        ("リサーチャーとして市場調査", "market_research"),
        ("Ruby on Rails、ルビー婚式", "rails"),
        ("SolidWorks・AutoCAD・CATIA V5", "solidworks cad catia"),
        ("CADオペレーター、arcade勤務", "cad"),
        ("NC旋盤、TIG溶接、はんだ付け", "machining welding assembly"),
        ("ISO9001内部監査、QC検定3級", "quality_control internal_audit"),
        ("PLCラダー図の作成", "plc"),
        ("在庫管理、棚卸し、ピッキング", "inventory_management warehouse_work"),
        ("購買意欲の高いお客様", ""),
        ("総務省の統計調査員", ""),
        ("財務省への出向、財務諸表の作成", ""),
        ("資金繰り表の作成と銀行折衝", "treasury"),
        ("プレスリリースの作成、自己PR：明るい性格", "public_relations"),
        ("Google広告とSEO対策、GA4", "advertising seo web_analytics"),
        ("SalesforceとHubSpotの導入", "crm_tools"),
        ("Power BI / Tableau / Looker", "bi_tools"),
        ("PowerBIでの可視化", "bi_tools"),
        ("PM/PL/C言語の順に経験", "c_language"),
        ("和英 語学の勉強", ""),
        ("品質　管理", ""),
        ("データ 分析、アプリ 開発", "data_analysis mobile_apps"),
        ("機械学習（PyTorch）と生成AI", "machine_learning generative_ai"),
        ("ChatGPTなどLLMを活用した業務効率化", "generative_ai process_improvement"),
        ("契約書レビュー、法務局への届出", "contract_law"),
        ("株主総会の運営とIPO準備", "corporate_governance ipo"),
        ("M＆A、デューデリジェンス", "mergers_acquisitions"),
        ("レジ打ちと品出し、レジュメを添付します", "retail_sales visual_merchandising"),
        ("交通誘導の警備員", "security_guard"),
        (
            "Fluent in English and Chinese; used Linux and Terraform",
            "english chinese linux infrastructure_as_code",
        ),
        ("In a word, our category is digital", ""),
        ("半導体業界に興味があります", ""),
        ("産業医と面談し、リハビリテーションのため休職", ""),
        ("弁護士に相談しています", ""),
        ("弁護士資格あり、企業法務10年", "lawyer contract_law"),
        ("訪問看護を利用中、デイサービスを利用", ""),
        ("治験に参加したことがあります", ""),
        ("職場の先輩の弥生さんに勧められました", ""),
        ("弥生会計とfreeeを使用", "accounting_software"),
        ("基幹システムへの伝票入力", ""),
        ("運転免許なし、自転車通勤", ""),
        ("資料を印刷して持参します", ""),
        ("総務ご担当者様へ", ""),
        ("広報誌を見て応募しました", ""),
    ],
)
def test_skills_in_free_text(vocabulary: Vocabulary, text: str, codes: str) -> None:
    assert vocabulary.mentioned("skill", text) == tuple(sorted(codes.split()))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", set()),
        ("J", set()),
        ("java", {"java"}),
        ("Java8", {"java"}),
        ("Java+", set()),
        ("javac", set()),
        ("2java", set()),
        ("java script", {"javascript"}),  # the gap stands in the spelling
        ("javascript", {"javascript"}),
        ("ja va", set()),
        ("Javaジャバ島", {"java"}),
        ("Java島へ旅行", set()),
    ],
)
def test_a_word_stands_by_itself(text: str, codes: set[str]) -> None:
    assert JAVA.found(text) == codes


def test_words_with_and_without_a_gap_are_one() -> None:
    finder = Finder.of([("PowerBI", "bi"), ("Power BI", "bi")])
    assert finder.found("power bi") == finder.found("PowerBI") == {"bi"}


def test_a_number_does_not_go_on() -> None:
    finder = Finder.of([("ISO9001", "iso")])
    assert finder.found("ISO9001:2015") == {"iso"}
    assert finder.found("ISO90011") == set()


@given(st.text(alphabet="aZ漢あアｱ・ -/(+#\n１", max_size=30))
def test_width_case_and_signs_never_matter(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert folded(f" {text}・") == folded(text)


@given(st.text(max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    assert JAVA.found(f"{text}。Java。{text}") >= {"java"}
