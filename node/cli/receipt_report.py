"""The verdict on a consent's receipt in words, Japanese or English, for its person."""

from collections.abc import Iterator
from typing import Final

from node.cli.output import Shown
from node.i18n import Bilingual, Language, format_day, from_seconds
from protocol.consent import Purpose
from protocol.consent_life import State
from protocol.fields import TokenField
from protocol.level import Level
from protocol.receipt import ConsentReceipt
from protocol.receipt_verdict import Fault, NotShown, ReceiptVerdict, Standing

_VERDICTS: Final = {
    0: Bilingual(
        "この控えは本物です。問題は見つかりませんでした。",
        "This receipt is sound: nothing was found.",
    ),
    1: Bilingual("この控えには問題があります。", "This receipt is not sound: see what was found."),
    2: Bilingual(
        "この控えは読めませんでした（壊れているか、別の版です）。",
        "This receipt could not be read: damaged, or of another version.",
    ),
}
_FINDINGS: Final = Bilingual("見つかったこと", "Findings")
_AGREED: Final = Bilingual("同意した内容", "What was agreed")
_NOT_SHOWN: Final = Bilingual(
    "控えだけでは確かめられないこと", "What no receipt can show, and was not checked"
)
_NUMBER: Final = Bilingual("同意の番号", "consent")
_GIVEN: Final = Bilingual("同意した日（UTC）", "agreed on (UTC)")
_CONTROLLER: Final = Bilingual("同意した相手", "agreed with")
_NOTICE: Final = Bilingual("示された文面", "text shown")
_PURPOSE: Final = Bilingual("目的", "purpose")
_RECEIVER: Final = Bilingual("見てよい会社", "may see")
_PEOPLE: Final = Bilingual(
    "同じ内容の人の数（同意の時に示した数、会社の言い分）",
    "people who share it (as shown at the consent, by the company's word)",
)
_UNTIL: Final = Bilingual("期限", "until")
_WITHDRAWAL: Final = Bilingual("やめる先", "to withdraw")
_PROOF: Final = Bilingual("証拠の段階", "evidence")
_STATE: Final = Bilingual("会社による状態", "state, by the company's word")
_HEAD: Final = Bilingual("公開の記録", "public log")
_AS_OF: Final = Bilingual("時点", "as of")

_LEVELS: Final = {
    Level.E0: Bilingual(
        "E0 会社の言い分（本人の鍵の署名はありません）",
        "E0 the origin's word: no key of the person signed",
    ),
    Level.E1: Bilingual("E1 本人のブラウザの鍵の署名", "E1 signed by the key of the browser"),
    Level.E2: Bilingual("E2 本人のパスキー", "E2 passkey"),
    Level.E3: Bilingual("E3 受け取った会社が本人に再確認", "E3 confirmed again by the receiver"),
}
_STATES: Final = {
    State.GIVEN: Bilingual("有効", "given"),
    State.REPLACED: Bilingual("新しい同意に置き換え", "replaced by a later one"),
    State.WITHDRAWN: Bilingual("撤回", "withdrawn"),
    State.EXPIRED: Bilingual("期限切れ", "expired"),
}
_PURPOSES: Final = {Purpose.RECRUITMENT: Bilingual("採用選考", "recruitment")}
_LANGUAGES: Final = {"ja": Bilingual("日本語", "Japanese"), "en": Bilingual("英語", "English")}
_FIELDS: Final = {
    TokenField.AVAILABILITY: Bilingual("入社できる時期", "availability"),
    TokenField.LANGUAGE: Bilingual("日本語", "Japanese"),
    TokenField.OCCUPATION: Bilingual("職種", "occupation"),
    TokenField.REGION: Bilingual("地域", "region"),
    TokenField.SKILLS: Bilingual("スキル", "skills"),
    TokenField.STAGE: Bilingual("進んだ選考", "stage reached"),
    TokenField.YEARS: Bilingual("経験", "experience"),
}
_FAULTS: Final = {
    Fault.NOT_ANCHORED: Bilingual(
        "信頼するとした参加企業の集まりのものではありません",
        "it is not of the consortium that you trust",
    ),
    Fault.MEMBERSHIP: Bilingual(
        "参加企業の名簿がつながりません", "the list of members is not one chain"
    ),
    Fault.DESCRIPTOR: Bilingual(
        "会社の鍵の書類が正しくありません", "a document of a company's keys is wrong"
    ),
    Fault.DESCRIPTOR_MISSING: Bilingual(
        "同意した会社の鍵の書類がありません", "the company's own keys are missing"
    ),
    Fault.FILE_SIGNATURE: Bilingual(
        "会社の署名が合いません（変えられています）",
        "the company's signature does not hold: something was changed",
    ),
    Fault.EVIDENCE: Bilingual(
        "同意の証拠が読めません", "the evidence of the consent cannot be read"
    ),
    Fault.LEAF: Bilingual("別の記録を指しています", "it points to another entry of the log"),
    Fault.OPENING: Bilingual(
        "証拠が公開の記録と合いません", "the evidence does not open the entry of the log"
    ),
    Fault.CONSENT_SIGNATURE: Bilingual(
        "同意の署名が合いません", "the signature of the consent does not hold"
    ),
    Fault.PRIOR: Bilingual(
        "同意の前に見た記録の先頭が合いません", "the head seen before the consent does not fit"
    ),
    Fault.SUMMARY: Bilingual(
        "要約が署名された同意と違います", "the summary differs from what was signed"
    ),
    Fault.CONTROLLER: Bilingual(
        "同意した会社が名簿と違います", "the company is not as the members list it"
    ),
    Fault.RECEIVER: Bilingual(
        "見てよい会社か項目が、署名された同意と違います",
        "a receiver or its fields are not those that were signed",
    ),
    Fault.HEAD: Bilingual(
        "公開の記録の署名が合いません", "the head of the log is not signed as it must be"
    ),
    Fault.PROOF: Bilingual(
        "公開の記録に入っていることを示せていません", "the entry is not proven to be in the log"
    ),
    Fault.UNWITNESSED: Bilingual(
        "期限を過ぎても、ほかの会社が立ち会っていません",
        "no quorum of witnesses, although their time was over",
    ),
}
_LIMITS: Final = {
    NotShown.STILL_STANDS: Bilingual(
        "同意がいまも有効なこと（この控えを作ったときの会社の言い分です）",
        "that the consent still stands: it is the company's word of that time",
    ),
    NotShown.ALL_NAMED: Bilingual(
        "選んだ会社がすべて載っていること（ご自身で見比べてください）",
        "that every company you chose is listed: compare with what you remember",
    ),
    NotShown.TEXT_SHOWN: Bilingual(
        "画面に出ていた文面そのもの（ここにあるのはハッシュです）",
        "the text on the page itself: only its hash is here",
    ),
    NotShown.OWN_KEY: Bilingual(
        "署名した鍵があなたのものであること（鍵はあなたのブラウザにあります）",
        "that the key which signed is yours: your browser keeps it",
    ),
    NotShown.ORIGINS_WORD: Bilingual(
        "あなたが同意したこと自体（鍵がないため、会社の言い分です）",
        "that you agreed at all: without a key it is the origin's word",
    ),
}


def words(verdict: ReceiptVerdict, language: Language) -> Iterator[str]:
    """Return the report, line by line."""
    yield _VERDICTS[verdict.exit_status].in_language(language)
    if verdict.findings:
        yield f"\n{_FINDINGS.in_language(language)}"
        for finding in verdict.findings:
            said = _FAULTS[finding.fault].in_language(language)
            yield f"  {said} [{finding.fault}] {finding.where}".rstrip()
    if verdict.receipt is None:
        return
    yield f"\n{_AGREED.in_language(language)}"
    for label, text in _agreed(verdict.receipt, verdict.standing, language):
        yield f"  {label.in_language(language)}: {_printable(text)}"
    yield f"\n{_NOT_SHOWN.in_language(language)}"
    for kind in verdict.not_shown:
        yield f"  - {_LIMITS[kind].in_language(language)}"


def _printable(text: str) -> str:
    """Return *text* without what would steer a terminal: an unsound file may hold anything."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def document(verdict: ReceiptVerdict) -> dict[str, Shown]:
    """Return the verdict as plain values."""
    receipt, standing = verdict.receipt, verdict.standing
    return {
        "exit_status": verdict.exit_status,
        "findings": [{"code": str(one.fault), "where": one.where} for one in verdict.findings],
        "not_checked": [str(one) for one in verdict.not_shown],
        "receipt": None if receipt is None else receipt.summary.to_json(),
        "issued": None if receipt is None else receipt.issued,
        "size": None if standing is None else standing.size,
        "witnesses": [] if standing is None else sorted(standing.witnesses),
        "is_witnessed": standing is not None and standing.is_witnessed,
    }


def _agreed(
    receipt: ConsentReceipt, standing: Standing | None, language: Language
) -> Iterator[tuple[Bilingual, str]]:
    summary = receipt.summary
    controller, issued = summary.controller, format_day(from_seconds(receipt.issued), language)
    yield _NUMBER, summary.id
    yield _GIVEN, summary.given
    name = Bilingual(controller.name.ja, controller.name.en).in_language(language)
    yield _CONTROLLER, f"{name}, {controller.address}, {controller.url}"
    shown_in = _LANGUAGES[summary.notice.lang].in_language(language)
    yield _NOTICE, f"{shown_in}, SHA-256 {summary.notice.sha256}"
    yield _PURPOSE, ", ".join(_PURPOSES[one].in_language(language) for one in summary.purposes)
    for receiver in summary.receivers:
        name = Bilingual(receiver.party.name.ja, receiver.party.name.en).in_language(language)
        fields = (_FIELDS[field].in_language(language) for field in receiver.opening.fields)
        yield _RECEIVER, f"{name} ({', '.join(fields)})"
    yield _PEOPLE, str(summary.people)
    yield _UNTIL, format_day(from_seconds(summary.not_after), language)
    yield _WITHDRAWAL, summary.withdrawal
    yield _PROOF, _LEVELS[summary.level].in_language(language)
    state = _STATES[summary.state].in_language(language)
    yield _STATE, f"{state} ({_AS_OF.in_language(language)} {issued})"
    yield _HEAD, _witnessed(standing).in_language(language)


def _witnessed(standing: Standing | None) -> Bilingual:
    if standing is None:
        return Bilingual("入っていることを示せていません", "not proven")
    size, names = standing.size, ", ".join(sorted(standing.witnesses))
    if not standing.is_witnessed:
        return Bilingual(f"{size}件目まで、証人は足りていません", f"up to {size}, unwitnessed")
    return Bilingual(f"{size}件目まで、証人あり（{names}）", f"up to {size}, witnessed by {names}")
