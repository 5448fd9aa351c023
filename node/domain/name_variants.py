"""Forms of one character as they stand in names: old and new, official and handwritten.

A register, a passport and an ATS write one person's name in different forms of the
same character. Names are kept as written; only a comparison takes the forms for one.
"""

import unicodedata
from typing import Final

# One word a group, its first character stands for all. Where a family of names mixes
# characters that a dictionary keeps apart (さいとう, わたなべ), the people do, too.
_GROUPS: Final = """
高髙 崎﨑嵜 辺邊邉 斎齋斉齊 浜濱濵 吉𠮷 沢澤 広廣 島嶋嶌 桜櫻 国國圀 竜龍 滝瀧 関關 館舘
富冨 徳德 栄榮 塩鹽 真眞 恵惠 万萬 円圓 会會 桧檜 条條 遥遙 弥彌 寿壽 礼禮 郎郞 黒黑 曽曾
増增 戸戶 松枩柗 土圡 船舩 柳栁 橋槗𣘺 鉄鐵鐡 実實 静靜 清淸 芦蘆 蛍螢 頼賴 瀬瀨 来來 歩步
亀龜 当當 渋澁 渕淵渊 峰峯 岳嶽 蔵藏 為爲 尭堯 薫薰 勲勳 寛寬 晃晄 晋晉 暁曉 検檢 権權 桑桒
梅楳 楽樂 様樣 横橫 灯燈 瑶瑤 穂穗 穣穰 児兒 両兩 乗乘 亜亞 仏佛 伝傳 剣劍劔 励勵 労勞 参參
台臺 厳嚴 団團 壮壯 奥奧 学學 宝寶寳 将將 尚尙 巌巖 帯帶 応應 従從 恒恆 悦悅 数數 槙槇 枡桝
歓歡 毎每 浄淨 渓溪 渉涉 点點 猪豬 祢禰 禄祿 稲稻 経經 絵繪 継繼 総總 緑綠 聡聰 与與 芸藝
荘莊 薮藪籔 覚覺 観觀 譲讓 豊豐 郷鄕鄉 釈釋 鎌鐮 銭錢 録錄 隠隱 青靑 顔顏 顕顯 験驗 鴎鷗
鶏鷄 鶴靏靍 麦麥 黄黃 彦彥 産產 強强 巻卷 教敎 涼凉 内內 喜㐂 慎愼 温溫 満滿 縄繩 舎舍 衛衞
野埜 鋭銳 浅淺 凛凜 区區 秋穐 県縣 写寫 画畫 双雙 売賣
"""
_FORMS: Final = str.maketrans({form: group[0] for group in _GROUPS.split() for form in group[1:]})


def folded(name: str) -> str:
    """Return *name* as compared: one form a character; width and spaces say nothing."""
    return "".join(unicodedata.normalize("NFKC", name).split()).translate(_FORMS)
