from datetime import date

import pytest

from node.services.errors import NoSuchRecordError, NothingToDoError
from node.storage import proposals
from protocol.introduction_life import State
from protocol.messages.outcome import Outcome, OutcomeReport
from protocol.reveal import SealedPayload
from tests.node.services.receiver import PERSON, Receiver

PAYLOAD = SealedPayload(n="05" * 32, identity=PERSON).canonical()


def introduced(receiver: Receiver, *, report: bool = True) -> str:
    receiver.earn()
    person = receiver.person()
    proposal = receiver.propose(person)
    statement = receiver.statement(person, proposal, report=report)
    receiver.accept(receiver.yes(person, proposal, statement), proposal)
    receiver.matches.fetch_due()
    receiver.give(proposal, receiver.sealed(proposal, PAYLOAD))
    return proposal


def test_person_is_shown_to_the_recruiter_alone(receiver: Receiver) -> None:
    introduction = introduced(receiver)
    opened = receiver.introductions.get(introduction)
    assert opened.identity == PERSON
    assert str(PERSON.name) not in repr(opened)
    (view,) = receiver.introductions.every()
    assert (view.id, view.state) == (introduction, State.NEW)
    # 2026-09-21 is a Monday; the retention is 180 days.
    # Three of the days between are holidays.
    assert (view.contact_by, view.keep_until) == (date(2026, 9, 30), date(2027, 3, 20))


def test_database_file_does_not_hold_the_person(receiver: Receiver) -> None:
    introduced(receiver)
    for path in receiver.folder.iterdir():
        assert str(PERSON.name).encode() not in path.read_bytes()


def test_outcome_is_told_where_the_person_allowed_it(receiver: Receiver) -> None:
    introduction = introduced(receiver)
    assert receiver.introductions.mark(introduction, Outcome.INTERVIEWED) is State.INTERVIEWED
    assert receiver.introductions.mark(introduction, Outcome.HIRED) is State.HIRED
    sent = receiver.sent(OutcomeReport.KIND)
    assert [envelope.body for envelope in sent] == [
        {"result": "interviewed"},
        {"result": "hired"},
    ]
    assert {envelope.ref for envelope in sent} == {introduction}


def test_outcome_is_kept_to_oneself_otherwise(receiver: Receiver) -> None:
    introduction = introduced(receiver, report=False)
    receiver.introductions.mark(introduction, Outcome.DECLINED)
    assert receiver.sent(OutcomeReport.KIND) == []


def test_mark_is_final(receiver: Receiver) -> None:
    introduction = introduced(receiver)
    receiver.introductions.mark(introduction, Outcome.DECLINED)
    with pytest.raises(NothingToDoError):
        receiver.introductions.mark(introduction, Outcome.HIRED)
    assert len(receiver.sent(OutcomeReport.KIND)) == 1


def test_identity_goes_with_its_retention(receiver: Receiver) -> None:
    introduction = introduced(receiver)
    receiver.pass_time(days=180)
    assert receiver.introductions.erase_due() == 0
    receiver.pass_time(days=1)
    assert receiver.introductions.erase_due() == 1
    assert receiver.introductions.get(introduction).identity is None
    with receiver.db.read() as tx:
        row = proposals.introduction(tx, introduction)
    assert row is not None
    assert (row.key, row.sealed) == (None, None)


def test_unknown_introduction_is_refused(receiver: Receiver) -> None:
    with pytest.raises(NoSuchRecordError):
        receiver.introductions.get("0" * 32)
    with pytest.raises(NoSuchRecordError):
        receiver.introductions.mark("0" * 32, Outcome.HIRED)
