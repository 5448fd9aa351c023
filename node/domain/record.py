"""What the node keeps of one application, and what follows from all of a person's.

The cells stay as the source wrote them, so that a later file with blank cells can be
laid over them; an import or a merge is undone by putting the older records back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import reduce
from typing import Final

from pydantic import TypeAdapter

from node.domain.applicant import (
    STAGE_ORDER,
    Application,
    Employer,
    Identity,
    Outcome,
    Profile,
    StageResult,
)
from node.domain.field import Meaning
from node.domain.row_reading import ended_kind
from node.domain.sameness import renewed
from node.domain.tagging import tags
from protocol.taxonomy import STAGE_BAND_OF, EndedBy, Stage, StageBand


@dataclass(frozen=True, slots=True)
class Record:
    """One application as one source tells it; *cells* by meaning, without free text."""

    source: str
    candidate_id: str = field(repr=False)
    identity: Identity
    profile: Profile
    application: Application
    cells: Mapping[Meaning, str] = field(default_factory=dict, repr=False)
    answer: EndedBy | None = None  # who ended it, as a recruiter said where nobody could know


# As an answer: nobody did, the selection goes on. A code of its own would be another file version.
NOBODY: Final = EndedBy.UNKNOWN


@dataclass(frozen=True, slots=True)
class PersonState:
    """What is known of a person from all applications together."""

    identity: Identity
    profile: Profile
    stage: StageBand  # the furthest of all
    retained_until: date
    tags: tuple[tuple[str, str], ...]
    employers: tuple[Employer, ...]  # every one that a record names, to be blocked


_ADAPTER: Final = TypeAdapter(Record)
# What became of the stage that was running when the selection ended.
_RESULTS: Final = {
    EndedBy.ORG: StageResult.FAILED,
    EndedBy.CANDIDATE: StageResult.WITHDREW,
}


def pack(record: Record) -> bytes:
    """Return *record* as JSON; equal records give equal bytes."""
    cells = {key: record.cells[key] for key in sorted(record.cells) if record.cells[key]}
    return _ADAPTER.dump_json(replace(record, cells=cells))


def unpack(packed: bytes) -> Record:
    """Return the record in the bytes that :func:`pack` wrote."""
    return _ADAPTER.validate_json(packed)


def answered(record: Record, who: EndedBy) -> Record:
    """Return *record* with a recruiter's word on who ended it, which may be NOBODY."""
    said = record.application
    if who is NOBODY:
        running = replace(
            said,
            outcome=Outcome.RUNNING,
            ended_by=None,
            ended_kind=None,
            reason=None,
            ended_on=None,
        )
        return replace(record, application=running, answer=who)
    result = _RESULTS.get(who, StageResult.PENDING)
    events = tuple(
        replace(event, result=result)
        if event.stage is said.furthest and event.result is StageResult.PENDING
        else event
        for event in said.events
    )
    kind = ended_kind(events) if who is EndedBy.CANDIDATE else None
    return replace(
        record,
        application=replace(said, ended_by=who, ended_kind=kind, events=events),
        answer=who,
    )


def settled(record: Record, old: Record) -> Record:
    """Return *record* with the word that was given on *old*, where it still says the same."""
    said, before = record.application, old.application
    if (
        old.answer is None
        or said.ended_by is not EndedBy.UNKNOWN
        or said.original_status != before.original_status
    ):
        return record
    return answered(record, old.answer)


def with_past(new: Record, old: Record, told: Collection[Stage]) -> Record:
    """Return *new* with the stages of *old* that a source which names one step cannot tell.

    Whoever goes back to an earlier stage has still been in the later one. Of the stages in
    *told* the source has columns of their own, so there it speaks for all time.
    """
    here = {event.stage for event in new.application.events}
    past = [
        event
        for event in old.application.events
        if event.stage not in here and event.stage not in told
    ]
    events = sorted((*new.application.events, *past), key=lambda event: STAGE_ORDER[event.stage])
    return replace(new, application=replace(new.application, events=tuple(events)))


def state_of(records: Sequence[Record], *, retention: timedelta, today: date) -> PersonState:
    """Return what *records*, the oldest application first and at least one, say of a person.

    A newer application speaks for the person; what it leaves blank an older one tells.
    """
    newest = records[-1]
    identity, profile = identity_of(records), records[0].profile
    for record in records[1:]:
        profile = _over(profile, record.profile)
    furthest = max((one.application.furthest for one in records), key=STAGE_ORDER.__getitem__)
    ends = [one.application.ended_on or today for one in records]
    named = (one.identity.employer for one in records)
    return PersonState(
        identity=identity,
        profile=profile,
        stage=STAGE_BAND_OF[furthest],
        retained_until=max(ends) + retention,
        tags=tuple(
            (str(family), str(value))
            for family, value in tags(identity, newest.profile, newest.application).pairs()
        ),
        employers=tuple(dict.fromkeys(one for one in named if one.name or one.corporate_number)),
    )


def identity_of(records: Sequence[Record]) -> Identity:
    """Return who the person of *records* is, the oldest application first."""
    return reduce(renewed, (record.identity for record in records))


def _over(old: Profile, new: Profile) -> Profile:
    """Return *new*, where a blank leaves the older value."""
    return Profile(
        region=new.region or old.region,
        occupation=new.occupation or old.occupation,
        years=new.years or old.years,
        skills=new.skills or old.skills,
        unknown_skills=new.unknown_skills or old.unknown_skills,
    )
