"""Lever's Data API v1 as recordings show it: {data, hasNext, next}, moments in milliseconds."""

import base64
import hmac
import json
from datetime import datetime

from tests.node.connectors.ats.applicants import Applicant
from tests.node.connectors.ats.server import Answer, Asked, Vendor

MOST = 100
STAGES = ("New applicant", "Recruiter screen", "Phone interview", "On-site interview")
REASONS = {
    "r-1": ("Hired another candidate", "non-hired"),
    "r-2": ("Withdrew", "non-hired"),
    "r-3": ("Hired", "hired"),
    "r-4": ("架空の理由", "non-hired"),
}
ENDS = {"org": "r-1", "candidate": "r-2", "hired": "r-3", "unknown": "r-4"}


class LeverServer(Vendor):
    """One account."""

    key = "lever-key"
    hook_key = "signature-token"

    def answer(self, asked: Asked) -> Answer:
        pair = base64.b64encode(f"{self.key}:".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            return Answer({"code": "Unauthorized"}, 401)
        if asked.method != "GET":
            return Answer({"code": "Forbidden"}, 403)
        return self.found(asked)

    def found(self, asked: Asked) -> Answer:
        match asked.path.split("/")[1:]:
            case ["v1", "opportunities"]:
                return self.listed(asked)
            case ["v1", "opportunities", number]:
                found = [one for one in self.people.values() if number_of(one) == number]
                if found:
                    return Answer({"data": opportunity(found[0])})
            case ["v1", ("stages" | "postings" | "archive_reasons") as what]:
                return self.named(what, asked)
            case _:
                pass
        return Answer({"code": "ResourceNotFound"}, 404)

    def named(self, what: str, asked: Asked) -> Answer:
        """Return a list of names in two pages, for lists are paged like everything else."""
        if what == "stages":
            found = [{"id": f"s-{at}", "text": text} for at, text in enumerate(STAGES)]
        elif what == "postings":
            found = [{"id": "p-0", "text": "閉じた求人"}, {"id": "p-1", "text": "法人営業"}]
        else:
            found = [
                {"id": id_, "text": text, "type": kind} for id_, (text, kind) in REASONS.items()
            ]
        begin = int(asked.query.get("offset", "0"))
        rest = {"next": "1"} if begin == 0 else {}
        some = found[:1] if begin == 0 else found[1:]
        return Answer({"data": some, "hasNext": begin == 0, **rest})

    def listed(self, asked: Asked) -> Answer:
        if int(asked.query["limit"]) > MOST or asked.query.get("expand") != "applications":
            return Answer({"code": "BadRequest"}, 400)
        since = int(asked.query.get("updated_at_start", "0"))
        found = [
            opportunity(one) | self.extra
            for one in sorted(self.people.values(), key=lambda one: one.number)
            if ms(one.changed) >= since
        ]
        begin = int(asked.query.get("offset", "0"))
        rest = {"next": str(begin + MOST)} if begin + MOST < len(found) else {}
        page = {"data": found[begin : begin + MOST], "hasNext": bool(rest), **rest}
        return Answer(page)

    def hook(self, event: str, number: str, token: str) -> bytes:
        """Return the body of a webhook."""
        moment = 1_795_482_000_000
        return json.dumps(
            {
                "event": event,
                "triggeredAt": moment,
                "token": token,
                "signature": hmac.new(
                    self.hook_key.encode(), f"{token}{moment}".encode(), "sha256"
                ).hexdigest(),
                "data": {"opportunityId": number, "toArchived": {"reason": "r-1"}},
            }
        ).encode()


def number_of(one: Applicant) -> str:
    return f"8bd304b4-b8e7-41cd-bca8-{one.number:012}"


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def opportunity(one: Applicant) -> dict[str, object]:
    archived = None
    if one.ended:
        archived = {"reason": ENDS[one.end], "archivedAt": ms(one.ended)}
    changes = [{"toStageId": f"s-{at}", "toStageIndex": at} for at in range(one.furthest + 1)]
    return {
        "id": number_of(one),
        "contact": f"9a2c1f5f-8720-488a-a61d-{one.number:012}",
        "name": " ".join(one.name),
        "headline": "つばくろ電機",
        "stage": f"s-{one.stage}",
        "stageChanges": [*changes, {"toStageId": f"s-{one.stage}", "toStageIndex": one.stage}],
        "emails": [one.mail],
        "phones": [{"type": "mobile", "value": one.phone}],
        "origin": "applied",
        "sources": ["架空転職ナビ"],
        "archived": archived,
        "applications": [{"id": f"a-{one.number}", "posting": "p-1", "createdAt": ms(one.applied)}],
        "createdAt": ms(one.applied),
        "updatedAt": ms(one.changed),
        "isAnonymized": False,
    }
