from datetime import date
from email.message import EmailMessage

import pytest

from node.demo import cast
from node.demo.applicants import CORPORATE_NUMBER, EMPLOYED_AT_BETA, REJECTED_TWICE, applications
from node.demo.errors import DemoError
from node.demo.mailbox import Mail

TODAY = date(2026, 11, 24)


def offers(company: str) -> list[Mail]:
    """Return the letter that asks each rejected person, as the sink would have it."""
    letters: dict[str, Mail] = {}
    for row in applications(company, today=TODAY):
        if row["選考終了理由"] == "不採用":
            message = EmailMessage()
            message["To"] = row["メールアドレス"]
            letters.setdefault(row["メールアドレス"], Mail(company, message.as_bytes()))
    return list(letters.values())


def address(person: str) -> str:
    rows = applications("alpha", today=TODAY)
    return next(row["メールアドレス"] for row in rows if row["候補者ID"] == person)


def test_the_two_who_act_first_are_two_persons() -> None:
    acts = cast.first_acts(offers("alpha"), today=TODAY)
    assert acts.doubled.candidate.address == address(REJECTED_TWICE)
    assert acts.withdrawn.candidate.address not in {address(REJECTED_TWICE), ""}
    assert None not in {acts.doubled.candidate.key, acts.withdrawn.candidate.key}
    with pytest.raises(DemoError, match="not asked once"):
        cast.first_acts(
            [mail for mail in offers("alpha") if mail.to != acts.doubled.candidate.address],
            today=TODAY,
        )


def test_each_company_has_as_many_who_agree_as_the_model_says() -> None:
    for company in ("alpha", "beta", "gamma"):
        letters = offers(company)
        acted = []
        if company == "alpha":
            acts = cast.first_acts(letters, today=TODAY)
            acted = [acts.doubled, acts.withdrawn]
        found = cast.cast(company, letters, acted, today=TODAY)
        agreeing = {part.candidate.address for part in found.agreeing}
        assert len(agreeing) == len(found.agreeing) == cast.AGREE[company] - len(acted)
        assert not agreeing & {part.candidate.address for part in (*acted, *found.declining)}
        assert not agreeing & {mail.to for mail in found.never_asked_again}
        keyless = sum(part.candidate.key is None for part in found.agreeing)
        assert keyless == cast.WITHOUT_KEY[company]
        withdrawn = 1 if company == "alpha" else 0
        assert len(agreeing) + len(acted) - keyless - withdrawn == cast.COUNTED[company]


def test_at_alpha_one_is_employed_by_a_member_and_another_blocks_one() -> None:
    found = cast.cast("alpha", offers("alpha"), [], today=TODAY)
    assert address(EMPLOYED_AT_BETA) in {part.candidate.address for part in found.agreeing}
    blocks = [part.wish.never for part in found.agreeing if part.wish.never]
    assert blocks == [(CORPORATE_NUMBER["gamma"],)]
