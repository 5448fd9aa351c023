"""What may not be collected is nowhere, and what betrays a person leaves no node (issue 4)."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from config import log as log_settings
from node.domain.sheet import column_name
from node.domain.source import Source
from node.services.applicants import Applicants
from node.services.identities import Identities
from node.storage import consents, trees
from node.storage.tables.application import Application, Job
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.canary import leaks
from tests.scenarios.consortium import Consortium, founded
from tests.scenarios.person import Person
from tests.scenarios.relay import asked_person, opening_at, proposed, rejected, state_of

# Each text stands nowhere else in the project.
JOB, MEDIUM = "障害者採用枠（鰊鰙課）", "鰰鱚ハンディ求人"
BETRAYING = (JOB, MEDIUM, "鰊鰙", "鰰鱚")
FORBIDDEN = {
    "国籍": "鱓鱮国",
    "障害の有無": "鱲鱵あり",
    "性別": "鱶鱸性",
    "配偶者の有無": "鱺鱻あり",
    "マイナンバー": "鰄鰉 1234",
    "愛読書": "鰌鰔全集",
    "顔写真URL": "https://photo.example.jp/鰕鰛.jpg",
}
MARKS = (
    "鱓鱮",
    "鱲鱵",
    "鱶鱸",
    "鱺鱻",
    "鰄鰉",
    "鰌鰔",
    "鰕鰛",
    "１２３４５６７８９０１８",
    "123456789018",
)
PEOPLE = 12


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    """Give three nodes that log at DEBUG into their folder."""
    root = logging.getLogger()
    before = root.handlers
    levels = {room: logging.getLogger(room).level for room in log_settings.ROOMS}
    with (tmp_path / "json.log").open("w") as lines:
        log_settings.configure("DEBUG", lines)
        with founded(tmp_path) as found:
            found.tick(2)
            yield found
        root.handlers = before
        for room, level in levels.items():
            logging.getLogger(room).setLevel(level)
        logging.captureWarnings(capture=False)


def file() -> bytes:
    """Return a file whose columns, jobs and medium say what nobody else may learn."""
    told = {"求人名": JOB, "媒体名": MEDIUM, "応募経路": "自社サイト", **FORBIDDEN}
    note = {"備考": "番号は１２３４-５６７８-９０１８、または123456789018です"}
    rows = [applicant(number) | told | note for number in range(PEOPLE)]
    rows.append(applicant(90) | told | note | {"応募日": "春ごろ"})
    columns = list(rows[0])
    lines = [columns, *([row[column] for column in columns] for row in rows)]
    # A cell that is never closed in quotes tears the last record apart.
    text = "\n".join(",".join(line) for line in lines) + f'\nA91,"{FORBIDDEN["国籍"]}'
    return text.encode("utf-8-sig")


def agreeing(consortium: Consortium, name: str, numbers: range) -> list[Person]:
    """Send the letters of a company's people, who all agree."""
    member = consortium[name]
    letters = member.node.people.letters
    assert letters.queue_rejections() == len(numbers)
    letters.confirm(len(numbers))
    consortium.tick(3, seconds=60)  # they leave at a pace
    assert len(member.mail.letters) == len(numbers)
    people = [Person(member, applicant(number)["メールアドレス"]) for number in numbers]
    others = [other.id for other in consortium.members.values() if other.name != name]
    for person in people:
        person.agree(*others)
    consortium.tick(8)
    return people


def written(consortium: Consortium, folder: Path) -> Mapping[str, Iterable[bytes]]:
    """Return what the nodes said to each other and all that they wrote down."""
    found: dict[str, Iterable[bytes]] = {"wire": consortium.wire.sent}
    for name, member in consortium.members.items():
        origin = member.node.own.origin
        with member.node.own.db.read() as tx:
            found[f"{name} log"] = trees.entries(tx, origin, 0, trees.size(tx, origin))
        found[f"{name} bundle"] = [member.node.bundles.export()]
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[str(path.relative_to(folder))] = [path.read_bytes()]
    return found


def test_what_may_not_be_collected_is_nowhere_and_a_job_that_betrays_stays_here(
    consortium: Consortium, tmp_path: Path
) -> None:
    alpha = consortium["alpha"]
    result = alpha.node.people.intake.import_file(
        file(), "a.csv", source="csv", progress=lambda _done, _all: None
    )
    assert (result.added, [error.reason for error in result.errors]) == (
        PEOPLE,
        ["bad-date", "unclosed-quote"],
    )
    assert {column for column, _ in result.dropped} == {column_name(one) for one in FORBIDDEN}
    assert {cells for _, cells in result.dropped} == {PEOPLE + 1}
    assert result.error_file is not None
    people = agreeing(consortium, "alpha", range(PEOPLE))
    # beta has to earn the introduction first.
    beta = consortium["beta"].node.people.intake
    beta.import_file(
        file_of(*(applicant(number) for number in range(100, 110))),
        "b.csv",
        source="csv",
        progress=lambda _done, _all: None,
    )
    agreeing(consortium, "beta", range(100, 110))
    revealed = proposed(consortium, "beta")
    asked_person(people).accept()
    consortium.tick(8)
    assert state_of(consortium, "beta", revealed) == "revealed"
    opening_at(alpha)

    found = dict(written(consortium, tmp_path))
    assert {"wire", "json.log", "alpha/data/node.sqlite3", "beta bundle"} <= set(found)
    assert any("errors" in place for place in found)
    assert leaks(found, MARKS) == []
    # The job is on file here: its own company needs it. Nothing else knows of it.
    own = {place for place, _ in leaks(found, BETRAYING)}
    assert own
    assert all(place.startswith("alpha/data/") for place in own), own
    with alpha.node.own.db.read() as tx:
        jobs = tx.exec(select(Application.job_id).where(Application.medium == MEDIUM)).all()
        assert len(jobs) == PEOPLE
        assert {tx.get_one(Job, job).title for job in jobs} == {JOB}


def test_nobody_is_introduced_without_a_consent_and_the_consent_ends_the_mark(
    consortium: Consortium,
) -> None:
    person, *_ = rejected(consortium, "alpha", 4)
    own = consortium["alpha"].node.own
    sources = {"csv": Source("csv", notice_from=own.outside.clock.now().date())}
    listed = Applicants(own.db, Identities(own.vault), sources).listed

    def marked() -> int:
        return sum(one.unnoticed is not None for one in listed(tag=None, page=1)[0])

    consortium.clock.advance(timedelta(days=2))
    consortium.tick(2)
    with own.db.read() as tx:
        assert consents.published(tx) == []
    assert marked() == 4
    person.agree(consortium["beta"].id)
    assert marked() == 3
