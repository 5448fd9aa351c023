from dataclasses import replace
from datetime import date

import pytest

from node.domain.letter_funnel import Fate, Version, funnel, is_silent
from node.domain.letters import Answer

RELAY = Version("relay", "0a" * 8, "ja")
LINK = Version("link", "0b" * 8, "ja")
SENT = Fate(
    person="1",
    version=RELAY,
    sent_at=100,
    is_bounced=False,
    is_opened=False,
    answer=None,
    has_consented=False,
    has_withdrawn=False,
    has_complained=False,
)


def test_each_version_counts_its_own_letters() -> None:
    other = replace(RELAY, number="0c" * 8)
    lines = funnel(
        [
            SENT,
            replace(SENT, person="2", is_bounced=True),
            replace(SENT, person="3", is_opened=True, answer=Answer.DECLINED),
            replace(SENT, person="4", is_opened=True, answer=Answer.AGREED, has_consented=True),
            replace(SENT, person="5", answer=Answer.NEVER, has_complained=True),
            replace(
                SENT,
                person="6",
                is_opened=True,
                answer=Answer.AGREED,
                has_consented=True,
                has_withdrawn=True,
            ),
            replace(SENT, person="7", version=other),
        ]
    )
    first, second = lines
    assert (first.version, first.sent, first.bounced, first.opened) == (RELAY, 6, 1, 3)
    assert (first.consented, first.declined, first.withdrew, first.stopped) == (2, 1, 1, 1)
    assert (first.complained, second.complained) == (1, 0)
    assert (second.version, second.sent, second.opened) == (other, 1, 0)


def test_answer_to_a_renewed_link_counts_for_the_letter_before_it() -> None:
    renewed = replace(
        SENT, version=LINK, sent_at=200, is_opened=True, answer=Answer.AGREED, has_consented=True
    )
    (line,) = funnel([renewed, replace(SENT, answer=Answer.DECLINED)])
    assert (line.version, line.sent, line.opened, line.consented) == (RELAY, 1, 1, 1)
    assert line.declined == 0


def test_renewed_link_of_a_letter_that_is_gone_stands_alone() -> None:
    (line,) = funnel([replace(SENT, version=LINK)])
    assert line.version == LINK


def test_two_letters_of_one_person_are_two() -> None:
    later = replace(SENT, sent_at=300, is_opened=True)
    (line,) = funnel([SENT, later, replace(SENT, version=LINK, sent_at=400, is_opened=True)])
    assert (line.sent, line.opened) == (2, 1)


@pytest.mark.parametrize(
    ("ended_on", "today", "is_late"),
    [
        ("2026-11-04", "2026-11-18", False),
        ("2026-11-04", "2026-11-19", True),
        # 23 November 2026 is 勤労感謝の日 and no working day.
        ("2026-11-20", "2026-12-07", False),
        ("2026-11-20", "2026-12-08", True),
    ],
)
def test_a17_ten_working_days_are_counted(ended_on: str, today: str, *, is_late: bool) -> None:
    assert is_silent(date.fromisoformat(ended_on), date.fromisoformat(today)) is is_late
