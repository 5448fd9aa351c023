"""An auditor's verdict in words, Japanese or English."""

from collections.abc import Iterator
from typing import Final

from node.i18n import Bilingual, Language
from protocol.audit.finding import Code, NotChecked, ReadProblem
from protocol.audit.verdict import Verdict

_VERDICTS: Final = {
    0: Bilingual("問題は見つかりませんでした。", "Sound: nothing was found."),
    1: Bilingual("問題が見つかりました。", "Not sound: see the findings."),
    2: Bilingual(
        "問題は見つかりませんでしたが、確かめられない部分がありました。",
        "Nothing was found, but something could not be checked.",
    ),
}
_SECTIONS: Final = {
    "findings": Bilingual("見つかったこと", "Findings"),
    "unreadable": Bilingual("確かめられなかったこと", "Could not be checked"),
    "statistics": Bilingual("数", "Counts"),
    "not_checked": Bilingual(
        "この検査では確かめていないこと", "What no bundle can show, and was not checked"
    ),
}
# What a fault is about, by the first word of its code.
_ABOUT: Final = {
    "header": Bilingual("ファイル", "file"),
    "not": Bilingual("信頼の起点", "trust anchor"),
    "file": Bilingual("ファイル", "file"),
    "membership": Bilingual("参加企業", "membership"),
    "descriptor": Bilingual("ノードの説明書", "descriptor"),
    "head": Bilingual("記録の先頭", "head of the log"),
    "unwitnessed": Bilingual("証人のいない期間", "unwitnessed"),
    "log": Bilingual("記録", "log"),
    "id": Bilingual("記録", "log"),
    "body": Bilingual("証拠", "evidence"),
    "past": Bilingual("保存期間", "retention"),
    "consent": Bilingual("同意", "consent"),
    "token": Bilingual("トークン", "token"),
    "withdrawal": Bilingual("撤回", "withdrawal"),
    "fetch": Bilingual("請求", "request"),
    "delivered": Bilingual("提供", "delivery"),
    "delivery": Bilingual("提供", "delivery"),
    "overdue": Bilingual("削除の記録の遅れ（相手の会社）", "overdue deletion (the peer)"),
    "envelope": Bilingual("送受信", "envelope"),
    "answer": Bilingual("返答", "answer"),
    "accept": Bilingual("承諾", "acceptance"),
    "undo": Bilingual("取り消し", "undo"),
    "give": Bilingual("開示", "reveal"),
    "foreign": Bilingual("相手の台帳", "the other side's ledger"),
    "ledger": Bilingual("台帳", "ledger"),
    "balance": Bilingual("残高", "balance"),
    "receipt": Bilingual("受領", "receipt"),
    "count": Bilingual("紹介の計上", "count"),
    "nullifier": Bilingual("計上の対応", "nullifier"),
    "hold": Bilingual("枠の予約", "hold"),
    "spend": Bilingual("枠の使用", "spend"),
    "return": Bilingual("枠の返却", "return"),
    "received": Bilingual("受け取りの記録", "record of receipt"),
}
_PROBLEMS: Final = {
    ReadProblem.NOT_CANONICAL: Bilingual("正規の形でない行", "a line that is not canonical"),
    ReadProblem.UNKNOWN_RECORD: Bilingual("知らない種類の行", "a record of another version"),
    ReadProblem.UNKNOWN_FORM: Bilingual("知らない形の行", "a record of another form"),
    ReadProblem.ORDER: Bilingual("順序の違う行", "a record out of its order"),
    ReadProblem.UNKNOWN_LEAF: Bilingual("知らない種類の記録", "a leaf of another version"),
    ReadProblem.UNKNOWN_MESSAGE: Bilingual("知らない種類の送受信", "a message of another version"),
}
_NOT_CHECKED: Final = {
    NotChecked.PERSON_EXISTS: Bilingual(
        "応募者が実在すること", "that a person exists behind each consent"
    ),
    NotChecked.GATE_POPULATION: Bilingual(
        "「同じ内容の人数」のもとになった名簿が正しいこと",
        "that the population behind the anonymity gate was true",
    ),
    NotChecked.PEER_DELETED: Bilingual(
        "相手の会社が本当に消したこと（記録は相手の約束です）",
        "that a peer really deleted: a receipt is its word",
    ),
    NotChecked.OUTSIDE_PROTOCOL: Bilingual(
        "この仕組みの外で何も渡されていないこと", "that nothing went outside the protocol"
    ),
    NotChecked.RECEIVED_ALONE: Bilingual(
        "受け取りの記録（相手の会社の束がないため、このノードの言い分です）",
        "records of receipt: without the origin's bundle they are this node's own word",
    ),
}


def words(verdict: Verdict, language: Language) -> Iterator[str]:
    """Return the report, line by line."""
    yield _VERDICTS[verdict.exit_status].in_language(language)
    if verdict.findings:
        yield _heading("findings", language)
        for finding in verdict.findings:
            yield f"  {about(finding.code, language)} [{finding.code}] {finding.where}".rstrip()
    if verdict.unreadable:
        yield _heading("unreadable", language)
        for problem in verdict.unreadable:
            yield f"  {_PROBLEMS[problem.problem].in_language(language)} {problem.where}".rstrip()
    yield _heading("statistics", language)
    for name, number in verdict.statistics.items():
        yield f"  {name}: {number}"
    yield _heading("not_checked", language)
    for kind in verdict.not_checked:
        yield f"  - {_NOT_CHECKED[kind].in_language(language)}"


def about(code: Code, language: Language) -> str:
    """Return what a fault is about."""
    return _ABOUT[code.partition("-")[0]].in_language(language)


def _heading(section: str, language: Language) -> str:
    return f"\n{_SECTIONS[section].in_language(language)}"
