"""A person takes the receipt of a consent and verifies it without the company."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from node.services.errors import NothingToDoError
from protocol.consent_life import State
from protocol.fields import TokenField
from protocol.receipt import ReceiptFile
from protocol.receipt_verdict import NotShown, verify_receipt
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.consortium import Consortium, founded
from tests.scenarios.person import Person

GATED = (TokenField.OCCUPATION, TokenField.REGION, TokenField.STAGE, TokenField.YEARS)


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path) as found:
        found.tick(2)
        yield found


def asked(consortium: Consortium, *, has_key: bool = True) -> Person:
    """Return one of three people whom alpha rejected and wrote to."""
    alpha = consortium["alpha"]
    rows = [applicant(at) for at in range(3)]
    alpha.node.people.intake.import_file(
        file_of(*rows), "a.csv", source="csv", progress=lambda _done, _all: None
    )
    alpha.node.people.letters.queue_rejections()
    alpha.node.people.letters.confirm(len(rows))
    consortium.tick()
    mail = rows[0]["メールアドレス"]
    return Person(alpha, mail) if has_key else Person(alpha, mail, None)


def receipt_of(person: Person) -> bytes:
    return person.member.node.people.receipts.of(person.visit("consent"))


def test_receipt_names_who_may_see_what_and_holds_offline(consortium: Consortium) -> None:
    person = asked(consortium)
    beta = consortium["beta"]
    consent = person.agree(beta.id)
    consortium.tick(2)
    verdict = verify_receipt(receipt_of(person), consortium.trust)
    assert (verdict.findings, verdict.exit_status) == ((), 0)
    assert verdict.standing is not None
    assert verdict.standing.is_witnessed
    assert verdict.receipt is not None
    summary = verdict.receipt.summary
    assert (summary.id, summary.state) == (consent, State.GIVEN)
    # Three were rejected, all alike: that is the risk that the review showed.
    assert summary.people == 3
    [receiver] = summary.receivers
    assert receiver.party.name.en == "Beta, Inc."
    assert receiver.opening.fields == GATED
    assert NotShown.ORIGINS_WORD not in verdict.not_shown


def test_receipt_without_a_key_is_called_the_origins_word(consortium: Consortium) -> None:
    person = asked(consortium, has_key=False)
    person.agree(consortium["beta"].id, consortium["gamma"].id)
    consortium.tick(2)
    verdict = verify_receipt(receipt_of(person), consortium.trust)
    assert verdict.exit_status == 0
    assert NotShown.ORIGINS_WORD in verdict.not_shown


def test_receipt_of_a_head_that_nobody_cosigned_yet_says_so(consortium: Consortium) -> None:
    person = asked(consortium)
    consortium.wire.cut |= {"beta.example.jp", "gamma.example.jp"}
    person.agree(consortium["beta"].id)
    person.member.node.network.log.publish()
    verdict = verify_receipt(receipt_of(person), consortium.trust)
    assert verdict.exit_status == 0
    assert verdict.standing is not None
    assert not verdict.standing.is_witnessed


def test_receipt_waits_for_the_checkpoint(consortium: Consortium) -> None:
    person = asked(consortium)
    person.agree(consortium["beta"].id)
    with pytest.raises(NothingToDoError, match="come back in a minute"):
        receipt_of(person)


def test_who_did_not_agree_has_no_receipt(consortium: Consortium) -> None:
    with pytest.raises(NothingToDoError, match="no consent"):
        receipt_of(asked(consortium))


def test_receipt_of_the_newest_consent_says_that_it_was_withdrawn(consortium: Consortium) -> None:
    person = asked(consortium)
    person.agree(consortium["gamma"].id)
    newest = person.agree(consortium["beta"].id)
    person.member.node.people.consents.withdraw(person.visit("consent"))
    consortium.tick(2)
    verdict = verify_receipt(receipt_of(person), consortium.trust)
    assert verdict.exit_status == 0
    assert verdict.receipt is not None
    assert (verdict.receipt.summary.id, verdict.receipt.summary.state) == (newest, State.WITHDRAWN)


def test_receipt_holds_neither_the_person_nor_the_block_list(consortium: Consortium) -> None:
    person = asked(consortium)
    person.agree(consortium["beta"].id, blocks=("架空の勤務先",))
    consortium.tick(2)
    payload = receipt_of(person)
    text = payload.decode()
    assert all(word not in text for word in ("花子", person.mail, "架空の勤務先", '"pr"', "n_p"))
    assert ReceiptFile.parse(payload).canonical() == payload
