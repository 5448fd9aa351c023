"""No word of a recruiter changes who is asked or what is published (職業安定法 4条6項).

That holds in every legal mode without a licence to place people: two companies whose
recruiters judge the same people in any two ways ask the same ones, and show the same.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from node.domain.letters import LetterKind
from node.domain.recipients import PLACING, Future
from node.services.futures import Futures
from node.storage.tables.application import Application
from node.storage.tables.letter import Letter
from node.storage.tables.person import Profile
from tests.node.services.intake_world import Row, World, open_world, row

_MARKS = st.fixed_dictionaries(
    {
        "書類評価": st.sampled_from(["A", "B", "C", "D", ""]),
        "一次評価": st.sampled_from(["A", "B", "C", "D", ""]),
        "不採用理由": st.sampled_from(["", "スキル不足", "経験年数不足", "素行", "他候補採用"]),
    }
)
_CLICKS = st.sampled_from([None, Future.WELCOME, Future.NEITHER])
_JUDGED = st.lists(st.tuples(_MARKS, _CLICKS), min_size=4, max_size=4)
PEOPLE: tuple[Row, ...] = (
    {},
    {"生年月日": "2010/01/01"},
    {"応募経路": "エージェント"},
    {"応募経路": "その他"},
)


def outcome(judged: list[tuple[Row, Future | None]]) -> tuple[object, ...]:
    """Return who is asked, by which letter, and what could be published of whom."""
    with TemporaryDirectory() as folder, open_world(Path(folder)) as world:
        world.queue(
            row(number, **(PEOPLE[number] | marks)) for number, (marks, _) in enumerate(judged)
        )
        _click(world, [click for _, click in judged])
        summary = world.letters.summary()
        world.letters.confirm(summary.letters)
        with world.db.read() as tx:
            letters = select(Application.remote, Letter.template).join(
                Letter, col(Letter.application_id) == col(Application.id)
            )
            profiles = select(Application.remote, Profile).join(
                Profile, col(Profile.person_id) == col(Application.person_id)
            )
            published = {
                remote: (one.region, one.occupation, one.years, one.stage, one.skills)
                for remote, one in tx.exec(profiles)
            }
            return dict(tx.exec(letters).all()), published, summary.excluded, summary.without_offer


def _click(world: World, clicks: list[Future | None]) -> None:
    futures = Futures(world.db, world.clock, "info-provision")
    for number, click in enumerate(clicks):
        remote = world.vault.blind("application", f"csv\nA-{number}")
        with world.db.read() as tx:
            found = tx.exec(select(Application.id).where(Application.remote == remote)).one()
        if click is not None:
            futures.choose(found, click, 1)


@settings(max_examples=12, deadline=None)
@given(_JUDGED, _JUDGED)
def test_no_click_rating_or_reason_changes_who_is_asked_or_what_is_published(
    one: list[tuple[Row, Future | None]], other: list[tuple[Row, Future | None]]
) -> None:
    assert outcome(one) == outcome(other)


def test_of_these_people_some_are_asked_and_some_are_not() -> None:
    letters, *_ = outcome([({}, None)] * 4)
    assert isinstance(letters, dict)
    assert sorted(letters.values()) == [
        LetterKind.REJECTION,
        LetterKind.REJECTION,
        LetterKind.RELAY,
    ]


def test_the_third_answer_needs_a_licence_to_place_or_one_company() -> None:
    assert {"agency", "free-permit", "own-group"} == PLACING
