"""Prefectures of JIS X 0401 found in addresses, and the block that a token may name."""

import unicodedata
from typing import Final

from node.domain.errors import UnreadableError
from protocol.taxonomy import PREFECTURES, REGION_OF, Region

# fmt: off
_NAMES: Final = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)
# fmt: on
NAME_OF: Final = dict(zip(PREFECTURES, _NAMES, strict=True))

# Cities by government ordinance whose addresses are written without a prefecture and
# whose names do not begin with it.
_CITIES: Final = {
    "札幌市": "01",
    "仙台市": "04",
    "さいたま市": "11",
    "横浜市": "14",
    "川崎市": "14",
    "相模原市": "14",
    "浜松市": "22",
    "名古屋市": "23",
    "堺市": "27",
    "神戸市": "28",
    "北九州市": "40",
}
_FULL: Final = {name: code for code, name in NAME_OF.items()}
_SHORT: Final = {name if name == "北海道" else name[:-1]: code for name, code in _FULL.items()}
_LENGTHS: Final = sorted({len(name) for name in (*_FULL, *_CITIES, *_SHORT)})


def read_prefecture(address: str) -> str:
    """Return the two digits of the prefecture that *address* begins with.

    Raises:
        UnreadableError: it begins with no prefecture and no city that tells one.
    """
    plain = "".join(unicodedata.normalize("NFKC", address).split())
    for names in (_FULL, _CITIES, _SHORT):
        for length in _LENGTHS:
            if (code := names.get(plain[:length])) is not None:
                return code
    raise UnreadableError("bad-prefecture")


def region_of(prefecture: str | None) -> Region | None:
    """Return the block of a prefecture code, None for none."""
    return None if prefecture is None else REGION_OF[prefecture]
