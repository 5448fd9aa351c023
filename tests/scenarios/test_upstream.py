"""What a source tells of somebody reaches the peers without a person's help."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import func, select

from node.connectors.ats.source import Event, Happening
from node.services.errors import NothingToDoError
from node.storage import consents, people
from node.storage.tables.application import Application
from node.storage.tables.letter import Letter
from node.storage.tables.peer_token import PeerToken
from node.storage.tables.person import BlindIndex, Block, Identity, Person, Profile, Tag
from node.storage.tables.record import ApplicationRecord, Change
from node.storage.tables.row import Row as TableRow
from node.storage.vault import ErasedError
from tests.scenarios.applicants import applicant, file_of
from tests.scenarios.consortium import Consortium, Member, founded
from tests.scenarios.person import Person as Candidate
from tests.scenarios.relay import rejected

RUNNING = {"一次結果": "選考中", "選考終了理由": "", "終了日": ""}


@pytest.fixture
def consortium(tmp_path: Path) -> Iterator[Consortium]:
    with founded(tmp_path, ("alpha", "beta")) as found:
        found.tick(2)
        yield found


@pytest.fixture
def agreed(consortium: Consortium) -> list[Candidate]:
    """Return three whom alpha rejected; the first two agreed, so that beta has their tokens."""
    candidates = rejected(consortium, "alpha", 3)
    for candidate in candidates[:2]:
        candidate.agree(consortium["beta"].id)
    consortium.tick(4)
    assert held(consortium) == 2
    return candidates


def held(consortium: Consortium) -> int:
    """Return how many of alpha's tokens beta has."""
    alpha, beta = consortium["alpha"], consortium["beta"]
    with beta.node.own.db.read() as tx:
        query = select(func.count()).where(PeerToken.member == alpha.id)
        return tx.exec(query).one()


def count(member: Member, table: type[TableRow], person_id: str) -> int:
    with member.node.own.db.read() as tx:
        query = select(func.count()).select_from(table)
        return tx.exec(query.where(table.person_id == person_id)).one()  # type: ignore[attr-defined] # every table here has it


def person_of(member: Member, number: int) -> str:
    with member.node.own.db.read() as tx:
        vault = member.node.own.vault
        (found,) = people.by_index(tx, [vault.blind("candidate", f"csv\nC{number:04}")])
    return found


def tell(member: Member, kind: Happening, **about: str) -> None:
    member.node.people.upstream.tell("csv", Event(kind, **about))


def take(member: Member, *rows: dict[str, str]) -> tuple[int, int, int]:
    result = member.node.people.intake.import_file(
        file_of(*rows), "a.csv", source="csv", progress=lambda _done, _all: None
    )
    assert result.errors == ()
    return result.added, result.updated, result.suppressed


@pytest.mark.parametrize("kind", [Happening.DELETED, Happening.ANONYMISED])
def test_person_whom_the_source_deleted_is_erased_here_and_at_the_peers(
    consortium: Consortium, agreed: list[Candidate], kind: Happening
) -> None:
    alpha = consortium["alpha"]
    take(alpha, applicant(7, 候補者ID="C0000", 氏名="架空 花子0", **RUNNING))
    person_id = person_of(alpha, 0)
    tell(alpha, kind, candidate_id="C0000")
    consortium.tick(3)
    assert held(consortium) == 1
    for table in (Identity, Profile, Tag, BlindIndex, Block):
        assert count(alpha, table, person_id) == 0
    with alpha.node.own.db.read() as tx:
        person = tx.get_one(Person, person_id)
        assert person.profile_key is None
        own = [
            one.id for one in tx.exec(select(Application).where(Application.person_id == person_id))
        ]
        assert len(own) == 2  # numbers of the statistics
        kept = {*tx.exec(select(ApplicationRecord.application_id))}
        kept |= {*tx.exec(select(Change.application_id))}
        assert not kept & set(own)
        with pytest.raises(ErasedError):
            alpha.node.people.applicants.identities.of(tx, person_id)
    matrix = alpha.node.people.withdrawals.matrix()
    assert [
        row.deleted_on is not None for row in matrix if row.receiver == consortium["beta"].id
    ] == [True]
    # Neither the same row nor another of the same mail comes in again; a later one does.
    old = applicant(8, メールアドレス=agreed[0].mail)
    assert take(alpha, applicant(0), old) == (0, 0, 2)
    later = applicant(9, メールアドレス=agreed[0].mail, 応募日="2026/12/24", **RUNNING)
    later |= {"書類実施日": "", "一次実施日": ""}
    consortium.clock.advance(timedelta(days=60))
    assert take(alpha, later)[0] == 1


def test_one_application_that_the_source_deleted_goes_alone_and_the_last_with_the_person(
    consortium: Consortium, agreed: list[Candidate]
) -> None:
    del agreed
    alpha = consortium["alpha"]
    take(alpha, applicant(7, 候補者ID="C0000", 氏名="架空 花子0", 都道府県="東京都"))
    person_id = person_of(alpha, 0)
    tell(alpha, Happening.DELETED, application_id="A0007")
    consortium.tick(3)
    assert held(consortium) == 2
    with alpha.node.own.db.read() as tx:
        profile = people.profile(tx, person_id)
        assert profile is not None
        assert profile.region == "chubu"
    tell(alpha, Happening.DELETED, application_id="A0000")
    consortium.tick(3)
    assert held(consortium) == 1
    assert count(alpha, Identity, person_id) == 0


def test_unrejected_person_loses_the_unsent_letter_and_the_tokens_at_peers(
    consortium: Consortium, agreed: list[Candidate]
) -> None:
    del agreed
    alpha = consortium["alpha"]
    take(alpha, applicant(7, 候補者ID="C0000", 氏名="架空 花子0"))
    alpha.node.people.letters.queue_rejections()
    waiting = unsent(alpha)
    tell(alpha, Happening.UNREJECTED, application_id="A0007")
    assert (waiting, unsent(alpha)) == (1, 0)
    consortium.tick(3)
    assert held(consortium) == 1
    # Rejected anew, the person is told anew.
    take(alpha, applicant(7, 候補者ID="C0000", 氏名="架空 花子0", 終了日="2026/11/20"))
    alpha.node.people.letters.queue_rejections()
    assert unsent(alpha) == 1


def unsent(member: Member) -> int:
    with member.node.own.db.read() as tx:
        query = select(func.count()).select_from(Letter).where(Letter.state != "sent")
        return tx.exec(query).one()


@pytest.mark.parametrize(
    "now",
    [RUNNING, {"一次結果": "合格", "選考終了理由": "入社決定", "内定結果": "合格", "終了日": ""}],
)
def test_tokens_of_who_runs_or_is_hired_here_again_end_within_the_hour(
    consortium: Consortium, agreed: list[Candidate], now: dict[str, str]
) -> None:
    del agreed
    alpha = consortium["alpha"]
    added = take(alpha, applicant(7, 候補者ID="C0000", 氏名="架空 花子0", **now))
    assert added == (1, 0, 0)
    consortium.tick(3)
    assert held(consortium) == 1
    with alpha.node.own.db.read() as tx:
        assert consents.given(tx, person_of(alpha, 0)) is None
        assert consents.given(tx, person_of(alpha, 1)) is not None


def test_people_whom_the_source_merged_are_one_and_one_consent_is_left(
    consortium: Consortium, agreed: list[Candidate]
) -> None:
    del agreed
    alpha = consortium["alpha"]
    tell(alpha, Happening.MERGED, candidate_id="C0000", into="C0001")
    assert person_of(alpha, 0) == person_of(alpha, 1)
    # The source decided it, so no page of this company offers to undo it.
    assert alpha.node.people.duplicates.last() is None
    with pytest.raises(NothingToDoError):
        alpha.node.people.duplicates.undo("source")
    consortium.tick(3)
    assert held(consortium) == 1
    tell(alpha, Happening.MERGED, candidate_id="C0002", into="C0099")
    take(alpha, applicant(7, 候補者ID="C0099", 氏名="架空 花子2"))
    assert person_of(alpha, 2) == person_of(alpha, 99)
    # Said twice, or of somebody unknown, it changes nothing.
    tell(alpha, Happening.MERGED, candidate_id="C0000", into="C0001")
    tell(alpha, Happening.MERGED, candidate_id="C0777", into="C0778")
    consortium.tick(3)
    assert held(consortium) == 1


def test_what_is_told_of_strangers_changes_nothing(
    consortium: Consortium, agreed: list[Candidate]
) -> None:
    del agreed
    alpha = consortium["alpha"]
    for kind in Happening:
        tell(alpha, kind, application_id="A0999", candidate_id="C0999", into="C0998")
        tell(alpha, kind, application_id="A0999")
    consortium.tick(3)
    assert held(consortium) == 2


def test_erased_person_finds_nothing_behind_an_old_link(
    consortium: Consortium, agreed: list[Candidate]
) -> None:
    alpha = consortium["alpha"]
    visit = agreed[0].visit("consent")
    tell(alpha, Happening.DELETED, candidate_id="C0000")
    with pytest.raises(NothingToDoError):
        alpha.node.people.consents.withdraw(visit)
    with pytest.raises(Exception, match="link"):
        agreed[0].visit("consent")
