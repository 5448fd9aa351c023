"""What Ashby, Workable and SmartRecruiters answer about invented people."""

import json
from collections.abc import Callable, Iterable

from tests.node.connectors.ats.applicants import Applicant, End, iso

_ASHBY_ENDS: dict[End, tuple[str, object]] = {
    "": ("Active", None),
    "org": ("Archived", "RejectedByOrg"),
    "candidate": ("Archived", "RejectedByCandidate"),
    "hired": ("Hired", None),
    "unknown": ("Archived", "Other"),
}
_SMARTRECRUITERS_ENDS: dict[End, str] = {
    "": "IN_REVIEW",
    "org": "REJECTED",
    "candidate": "WITHDRAWN",
    "hired": "HIRED",
    "unknown": "TRANSFERRED",
}


def ashby(one: Applicant) -> dict[str, object]:
    """Return one application of application.list."""
    status, kind = _ASHBY_ENDS[one.end]
    reason = {"id": "r-1", "text": "Hired another candidate", "reasonType": kind}
    stage = "Archived" if status == "Archived" else "Application Review"
    return {
        "id": f"a-{one.number}",
        "createdAt": iso(one.applied),
        "updatedAt": iso(one.changed),
        "status": status,
        "customFields": [],
        "candidate": {
            "id": f"c-{one.number}",
            "name": " ".join(one.name),
            "primaryEmailAddress": {"value": one.mail, "type": "Personal", "isPrimary": True},
            "primaryPhoneNumber": {"value": one.phone, "type": "Mobile", "isPrimary": True},
        },
        "currentInterviewStage": {"id": "s-1", "title": stage, "orderInInterviewPlan": 1},
        "source": {"id": "x", "title": "架空転職ナビ", "sourceType": {"title": "Job boards"}},
        "archiveReason": None if kind is None else reason,
        "archivedAt": iso(one.ended) if status == "Archived" else None,
        "job": {"id": "j-1", "title": "法人営業"},
        "hiringTeam": [{"email": "saeki@example.jp", "role": "Recruiter"}],
    }


def workable(one: Applicant) -> dict[str, object]:
    """Return one candidate of /candidates."""
    withdrew: dict[str, object] = {"withdrew": one.end == "candidate"}
    return {
        "id": f"{one.number:x}c0ffee",
        "name": " ".join(reversed(one.name)),
        "firstname": one.name[1],
        "lastname": one.name[0],
        "headline": "つばくろ電機",
        "job": {"shortcode": "GROOV003", "title": "法人営業"},
        "stage": "Shortlisted",
        "disqualified": one.end in {"org", "candidate", "unknown"},
        **({} if one.end == "unknown" else withdrew),
        "disqualification_reason": "Not enough experience" if one.end == "org" else None,
        "disqualified_at": None if one.end == "hired" else iso(one.ended),
        "hired_at": iso(one.ended) if one.end == "hired" else None,
        "sourced": False,
        "email": one.mail,
        "phone": one.phone,
        "address": "東京都千代田区",
        "common_source": "架空転職ナビ",
        "common_source_category": "Job boards",
        "created_at": iso(one.applied),
        "updated_at": iso(one.changed),
    }


def smartrecruiters(one: Applicant) -> dict[str, object]:
    """Return one candidate of /candidates/ID."""
    assignment: dict[str, object] = {
        "job": {"id": "j-1", "title": "法人営業"},
        "status": _SMARTRECRUITERS_ENDS[one.end],
        "subStatus": "Phone Screen",
        "source": {"type": "JOB BOARD", "label": "架空転職ナビ"},
        "startDate": iso(one.applied),
        "endDate": iso(one.ended),
    }
    if one.end == "org":
        assignment["reasonForRejection"] = {"id": "r", "label": "Not enough experience"}
    return {
        "id": f"sr-{one.number}",
        "firstName": one.name[1],
        "lastName": one.name[0],
        "email": one.mail,
        "phoneNumber": one.phone,
        "location": {"country": "Japan", "city": "Tokyo"},
        "createdOn": iso(one.applied),
        "averageRating": 4.0,
        "primaryAssignment": assignment,
        "secondaryAssignments": [],
        "tags": [],
    }


# By kind: one application, and what its answers call their list.
RECORDINGS: dict[str, tuple[Callable[[Applicant], dict[str, object]], str]] = {
    "ashby": (ashby, "results"),
    "workable": (workable, "candidates"),
    "smartrecruiters": (smartrecruiters, "content"),
}


def recording(kind: str, people: Iterable[Applicant]) -> bytes:
    """Return one answer of a kind of source about *people*."""
    record, listed = RECORDINGS[kind]
    return json.dumps({"success": True, listed: [record(one) for one in people]}).encode()
