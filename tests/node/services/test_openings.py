from dataclasses import replace

import pytest

from node.services.errors import NoSuchRecordError, RefusedChoiceError
from tests.node.services.receiver import Receiver, draft
from tests.protocol.agreed_person import TERMS


def test_opening_is_listed_as_it_was_written(receiver: Receiver) -> None:
    (opening,) = receiver.openings.add([draft()])
    view = receiver.openings.get(opening)
    assert (view.draft, view.is_open) == (draft(), True)
    assert [found.id for found in receiver.openings.every()] == [opening]


def test_employer_is_the_own_company(receiver: Receiver) -> None:
    other = TERMS.employer.model_copy(update={"corporate_number": "0000000000009"})
    strange = replace(draft(), terms=TERMS.model_copy(update={"employer": other}))
    with pytest.raises(RefusedChoiceError):
        receiver.openings.add([draft(), strange])
    assert receiver.openings.every() == []


def test_closed_opening_stays_listed(receiver: Receiver) -> None:
    opening = receiver.opening()
    receiver.openings.close(opening)
    assert not receiver.openings.get(opening).is_open


def test_unknown_opening_is_refused(receiver: Receiver) -> None:
    with pytest.raises(NoSuchRecordError):
        receiver.openings.get("0" * 32)
    with pytest.raises(NoSuchRecordError):
        receiver.openings.close("0" * 32)
