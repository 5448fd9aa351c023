"""A kintone app as cybozu.dev describes it: 500 records a call, pages by $id, a token."""

import re

from tests.node.connectors.ats.applicants import Applicant, iso
from tests.node.connectors.ats.server import Answer, Asked, Vendor

MOST = 500
STEPS = ("書類選考", "書類選考", "一次面接", "最終面接")
ENDS = {
    "": "選考中",
    "org": "不採用",
    "candidate": "辞退",
    "hired": "採用",
    "unknown": "保留のまま終了",
}
QUERY = re.compile(
    r'(?:更新日時 >= "(?P<since>[^"]+)" and )?\$id > (?P<behind>\d+)'
    r" order by \$id asc limit (?P<limit>\d+)"
)


class KintoneServer(Vendor):
    """One app of one domain."""

    key = "kintone-token"
    app = "12"

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("x-cybozu-api-token") != self.key or asked.query.get("app") != "12":
            return Answer({"code": "GAIA_NO01", "message": "no rights"}, 403)
        if asked.method != "GET":
            return Answer({"code": "GAIA_IL01"}, 405)
        if asked.path == "/k/v1/record.json":
            found = self.people.get(int(asked.query["id"]))
            if found is None:
                return Answer({"code": "GAIA_RE01", "message": "no such record"}, 404)
            return Answer({"record": record(found)})
        query = QUERY.fullmatch(asked.query["query"])
        if asked.path != "/k/v1/records.json" or query is None or int(query["limit"]) > MOST:
            return Answer({"code": "CB_VA01"}, 400)
        found_all = [
            record(one) | self.extra
            for one in sorted(self.people.values(), key=lambda one: one.number)
            if one.number > int(query["behind"])
            and (query["since"] is None or minute(one) >= query["since"])
        ]
        return Answer({"records": found_all[: int(query["limit"])], "totalCount": None})


def minute(applicant: Applicant) -> str:
    return applicant.changed.strftime("%Y-%m-%dT%H:%M:00Z")


def record(applicant: Applicant) -> dict[str, dict[str, object]]:
    def cell(kind: str, value: object) -> dict[str, object]:
        return {"type": kind, "value": value}

    return {
        "$id": cell("__ID__", str(applicant.number)),
        "$revision": cell("__REVISION__", "3"),
        "レコード番号": cell("RECORD_NUMBER", f"SAIYO-{applicant.number}"),
        "作成者": cell("CREATOR", {"code": "saeki", "name": "佐伯 亮"}),
        "更新日時": cell("UPDATED_TIME", minute(applicant)),
        "氏名": cell("SINGLE_LINE_TEXT", " ".join(applicant.name)),
        "メールアドレス": cell("LINK", applicant.mail),
        "電話番号": cell("LINK", applicant.phone),
        "応募職種": cell("DROP_DOWN", "法人営業"),
        "応募日": cell("DATE", applicant.applied.strftime("%Y-%m-%d")),
        "応募経路": cell("RADIO_BUTTON", "自社サイト"),
        "スキル": cell("CHECK_BOX", ["Excel", "法人営業"]),
        "選考状況": cell("STATUS", STEPS[applicant.furthest]),
        "選考結果": cell("DROP_DOWN", ENDS[applicant.end]),
        "終了日": cell("DATE", (iso(applicant.ended) or "")[:10] or None),
        "家族構成": cell("MULTI_LINE_TEXT", "配偶者あり"),
        "履歴書": cell("FILE", [{"fileKey": "x", "name": "rireki.pdf"}]),
        "面接": cell("SUBTABLE", [{"id": "1", "value": {}}]),
    }
