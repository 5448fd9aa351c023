"""What the route of an application says: 派遣, 人材紹介, or the name of a job board.

Whom an agency dispatches is its employee and applies for nothing, so such rows are not
taken in. (高卒 is a matter of node.domain.recipients.)
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_BROUGHT: Final = re.compile(r"人材紹介|職業紹介|紹介会社|エージェント|\bagency\b", re.IGNORECASE)
_MEDIUM: Final = re.compile(
    "リクナビ|マイナビ|ビズリーチ|エン転職|エン・ジャパン|ミドルの転職|女の転職|ウォンテッドリー"
    "|インディード|求人ボックス|スタンバイ|タウンワーク|バイトル|はたらいく|とらばーゆ|日経転職版"
    "|type転職|(?:doda(?:x|キャンパス)?|デューダ|en転職|en-japan|bizreach|wantedly|indeed"
    "|green|linkedin|type|ambi|youtrust|lapras|paiza|forkwell|engage)(?![a-z])"
)
_DISPATCHED: Final = re.compile(r"派遣|dispatched|temporarystaff|tempagency", re.IGNORECASE)


def is_dispatched(*, route: str, medium: str, employment: str, dispatcher: str) -> bool:
    """Tell whether the row is of somebody whom an agency dispatches.

    A job title does not count: companies look for people who sell 派遣.
    """
    return bool(dispatcher) or _says_so(route) or _says_so(medium) or _says_so(employment)


def is_brought(route: str) -> bool:
    """Tell whether *route*, which the vocabulary does not know, names an agency.

    Files write its name there too, as 人材紹介（架空社）; such a person hears the result
    from the agency, and never from here.
    """
    return _BROUGHT.search(unicodedata.normalize("NFKC", route)) is not None


def is_medium(route: str) -> bool:
    """Tell whether *route* begins with the name of a job board, as many files write it there."""
    plain = "".join(unicodedata.normalize("NFKC", route).casefold().split())
    return _MEDIUM.match(plain) is not None


@lru_cache(maxsize=512)
def _says_so(text: str) -> bool:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return _DISPATCHED.search(plain) is not None
