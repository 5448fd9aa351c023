"""HERP Hire as its API document 1.5.0 and help page describe it: 100 a page, 100 a minute."""

from datetime import UTC, datetime, timedelta, timezone

from tests.node.connectors.ats.applicants import Applicant, iso
from tests.node.connectors.ats.server import Answer, Asked, Vendor

PAGE = 100
STEPS = ("entry", "resumeScreening", "firstInterview", "finalInterview")
ENDS = {
    "org": "rejected",
    "candidate": "refusedByCandidate",
    "hired": "hired",
    "unknown": None,
}
JOB = "0c6f3c3e-1111-4222-8333-944445555666"
JST = timezone(timedelta(hours=9))


class HerpServer(Vendor):
    """One tenant; *left* is what the present minute still allows."""

    key = "herp-key"

    def __init__(self) -> None:
        super().__init__()
        self.left = 100
        self.reset = datetime(2026, 11, 24, 1, 1, tzinfo=UTC)

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {self.key}":
            return Answer({"message": "unauthorized"}, 401)
        if asked.method != "GET":
            return Answer({"message": "not here"}, 404)
        self.left -= 1
        limits = {
            "x-remaining-request": str(max(self.left, 0)),
            "x-reset-at": self.reset.astimezone(JST).isoformat(),
        }
        if self.left < 0:
            return Answer({"message": "too many requests"}, 429, limits)
        found = self.found(asked)
        return (
            Answer({"message": "not found"}, 404, limits)
            if found is None
            else Answer(found, headers=limits)
        )

    def found(self, asked: Asked) -> dict[str, object] | None:
        match asked.path.split("/")[1:]:
            case ["hire", "v1", "requisitions"]:
                jobs = [{"id": "closed", "name": "閉じた職種"}, {"id": JOB, "name": "法人営業"}]
                place = int(asked.query["page"])
                return {"requisitions": jobs[place - 1 : place], "hasNextPage": place == 1}
            case ["hire", "v1", "candidacies"]:
                wanted = sorted(self.people.values(), key=lambda one: one.number)
                if asked.query.get("direction") != "asc":
                    wanted.reverse()
                begin = (int(asked.query["page"]) - 1) * PAGE
                return {
                    "candidacies": [
                        candidacy(one) | self.extra for one in wanted[begin : begin + PAGE]
                    ],
                    "hasNextPage": begin + PAGE < len(wanted),
                }
            case ["hire", "v1", "candidacies", number]:
                found = [one for one in self.people.values() if number_of(one) == number]
                return candidacy(found[0]) if found else None
            case _:
                return None


def number_of(applicant: Applicant) -> str:
    return f"459ba99c-8f28-4744-bac1-{applicant.number:012}"


def candidacy(applicant: Applicant) -> dict[str, object]:
    ended: dict[str, object] = {}
    if applicant.end:
        ended = {
            "terminationReason": ENDS[applicant.end],
            "terminatedAt": iso(applicant.ended),
        }
    return {
        "id": number_of(applicant),
        "name": " ".join(applicant.name),
        "status": "terminated" if applicant.end else "active",
        "requisitionId": JOB,
        "appliedAt": iso(applicant.applied),
        "step": STEPS[applicant.furthest],
        "stepUpdatedAt": iso(applicant.applied),
        "email": applicant.mail,
        "telephoneNumber": applicant.phone,
        "age": "40",
        "company": "つばくろ電機",
        "channel": {"type": "media", "isScout": True, "mediaName": "架空転職ナビ"},
        "career": "法人営業を7年",
        "note": "面接官のメモ",
        "tags": [],
        "operators": ["U-00001"],
        **ended,
    }
