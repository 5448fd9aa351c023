"""Greenhouse Harvest v3 as integrators describe it: tokens, cursors in Link, signed webhooks."""

import base64
import hmac
import json

from tests.node.connectors.ats.applicants import Applicant, iso
from tests.node.connectors.ats.server import Answer, Asked, Vendor

STAGES = ("Application Review", "Application Review", "Phone Interview", "Executive Interview")
REASON_OF = {"org": 1, "candidate": 2, "unknown": 3}
REASONS: list[dict[str, object]] = [
    {"id": 1, "name": "Hired another candidate", "type": {"id": 1, "name": "We rejected them"}},
    {"id": 2, "name": "Took another offer", "type": {"id": 2, "name": "They rejected us"}},
    {"id": 3, "name": "Other", "type": {"id": 3, "name": "None specified"}},
]
MOST_IDS = 50
JOB = 107761


class GreenhouseServer(Vendor):
    """One organisation; *url* is its own address, for the links of its pages."""

    key = "client-secret"
    hook_key = "webhook-secret"
    url = ""
    is_confidential = False  # the job

    def answer(self, asked: Asked) -> Answer:
        if (asked.method, asked.path) == ("POST", "/token"):
            return self.token(asked)
        if asked.headers.get("authorization") != "Bearer access-token":
            return Answer({"message": "unauthorized"}, 401)
        if asked.method != "GET":
            return Answer({"message": "forbidden"}, 403)
        match asked.path:
            case "/v3/applications":
                return self.page(
                    asked, [self.application(one) | self.extra for one in self.chosen(asked)]
                )
            case "/v3/candidates":
                return self.candidates(asked.query["ids"].split(","))
            case _:
                named = self.named(asked)
                return Answer({"message": "not found"}, 404) if named is None else Answer(named)

    def candidates(self, ids: list[str]) -> Answer:
        if len(ids) > MOST_IDS:
            return Answer({"message": "too many ids"}, 422)
        return Answer([candidate(self.people[int(one) - 9000]) | self.extra for one in ids])

    def named(self, asked: Asked) -> list[dict[str, object]] | None:
        match asked.path:
            case "/v3/jobs":
                return [{"id": JOB, "name": "UX Designer", "confidential": self.is_confidential}]
            case "/v3/sources":
                kind = {"id": 3, "name": "Third-party boards"}
                return [{"id": 5, "name": "架空転職ナビ", "type": kind}]
            case "/v3/rejection_reasons":
                # The reasons that an organisation begins with are shown only if asked for.
                return REASONS if asked.query.get("include_defaults") == "true" else []
            case _:
                return None

    def token(self, asked: Asked) -> Answer:
        pair = base64.b64encode(f"client-id:{self.key}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            return Answer({"error": "invalid_client"}, 401)
        if asked.body != b"grant_type=client_credentials":
            return Answer({"error": "unsupported_grant_type"}, 400)
        token = {"access_token": "access-token", "token_type": "Bearer", "expires_in": 3600}
        return Answer(token)

    def chosen(self, asked: Asked) -> list[Applicant]:
        if "ids" in asked.query:
            number = int(asked.query["ids"])
            return [self.people[number]] if number in self.people else []
        wanted = (
            json.loads(asked.query["cursor"])[1]
            if "cursor" in asked.query
            else (asked.query.get("last_activity_at", "gte|").removeprefix("gte|"))
        )
        found = sorted(self.people.values(), key=lambda one: one.number)
        return [one for one in found if (iso(one.changed) or "") >= wanted]

    def page(self, asked: Asked, found: list[dict[str, object]]) -> Answer:
        if "cursor" in asked.query:
            if set(asked.query) != {"cursor"}:
                return Answer({"message": "a cursor stands alone"}, 422)
            begin, since, size = json.loads(asked.query["cursor"])
        else:
            size = int(asked.query.get("per_page", "100"))
            begin, since = 0, asked.query.get("last_activity_at", "gte|").removeprefix("gte|")
        headers = {}
        if begin + size < len(found):
            cursor = json.dumps([begin + size, since, size]).replace('"', "%22").replace(" ", "")
            headers["Link"] = f'<{self.url}/v3/applications?cursor={cursor}>; rel="next"'
        return Answer(found[begin : begin + size], headers=headers)

    def application(self, one: Applicant) -> dict[str, object]:
        status = {"": "in_process", "hired": "hired"}.get(one.end, "rejected")
        return {
            "id": one.number,
            "candidate_id": 9000 + one.number,
            "job_id": JOB,
            "prospect": False,
            "status": status,
            "stage_name": STAGES[one.furthest],
            "source_id": 5,
            "agency_note_id": None,
            "referrer_id": None,
            "rejection_reason_id": REASON_OF.get(one.end),
            "rejected_at": iso(one.ended) if status == "rejected" else None,
            "created_at": iso(one.applied),
            "last_activity_at": iso(one.changed),
        }

    def hook(self, action: str, payload: object, event: str) -> tuple[dict[str, str], bytes]:
        """Return headers and body of a webhook; the body has its \\u escapes."""
        body = json.dumps({"action": action, "payload": payload}, indent=1).encode()
        signature = hmac.new(self.hook_key.encode(), body, "sha256").hexdigest()
        return {"Signature": f"sha256 {signature}", "Greenhouse-Event-ID": event}, body


def candidate(one: Applicant) -> dict[str, object]:
    return {
        "id": 9000 + one.number,
        "last_name": one.name[0],
        "first_name": one.name[1],
        "company": "つばくろ電機",
        "can_email": True,
        "private": False,
        "email_addresses": [{"value": one.mail, "type": "personal"}],
        "phone_numbers": [{"value": one.phone, "type": "mobile"}],
        "tags": [],
    }
