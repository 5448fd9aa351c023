import pytest

from node.services.errors import NoSuchRecordError
from node.storage import peers, trees
from node.storage.tables.peer_token import PeerToken
from protocol.identifiers import TokenId
from protocol.level import Level
from protocol.log import leaf as leaves
from protocol.taxonomy import Region
from protocol.token import TokenValues
from tests.node.services.person_of_alpha import DAY
from tests.node.services.receiver import VALUES, Receiver
from tests.protocol.companies import ALPHA, BETA, DAY_S, NOW


def found(receiver: Receiver) -> list[str]:
    return [row.token_id for row in receiver.search.best(receiver.opening())]


def test_live_token_is_found_with_its_reasons(receiver: Receiver) -> None:
    person = receiver.person()
    (row,) = receiver.search.best(receiver.opening())
    assert (row.token_id, row.member, row.values) == (person.token_id, ALPHA.id, VALUES)
    assert row.company == ALPHA.member.name
    assert row.reasons


def test_token_that_does_not_fit_is_not_found(receiver: Receiver) -> None:
    receiver.person(TokenValues(region=Region.CHUBU, occupation="engineering"))
    assert found(receiver) == []


def test_token_below_the_level_is_not_found(receiver: Receiver) -> None:
    receiver.person(level=Level.E0)
    assert found(receiver) == []


def test_token_rests_after_its_lease(receiver: Receiver) -> None:
    person = receiver.person()
    receiver.pass_time(hours=1)
    assert found(receiver) == []
    receiver.lease()
    assert found(receiver) == [person.token_id]


def test_token_rests_while_the_mirror_is_behind_the_status(receiver: Receiver) -> None:
    receiver.person()
    receiver.lease(ahead=1)
    assert found(receiver) == []


def test_token_rests_where_the_status_names_another_history(receiver: Receiver) -> None:
    receiver.person()
    receiver.lease(root="0e" * 32)
    assert found(receiver) == []


def test_token_of_a_forked_log_is_not_found(receiver: Receiver) -> None:
    receiver.person()
    with receiver.db.begin() as tx:
        peers.set_forked(tx, ALPHA.id)
    assert found(receiver) == []


def test_token_past_its_end_is_not_found(receiver: Receiver) -> None:
    receiver.person(not_after=NOW + 60)
    receiver.pass_time(minutes=1)
    assert found(receiver) == []


def test_token_of_an_open_proposal_is_found_for_no_opening(receiver: Receiver) -> None:
    receiver.earn()
    receiver.propose(receiver.person())
    assert found(receiver) == []


def test_person_who_said_no_is_found_for_other_openings_alone(receiver: Receiver) -> None:
    receiver.earn()
    person = receiver.person()
    opening = receiver.opening()
    proposal = receiver.proposals.propose(
        opening, ALPHA.id, person.token_id, not_after=receiver.now + 60
    )
    receiver.decline(proposal)
    assert receiver.search.best(opening) == []
    assert found(receiver) == [person.token_id]


def test_a_copied_id_hides_nobody_and_is_told_from_the_first(receiver: Receiver) -> None:
    receiver.earn(2)
    person = receiver.person()
    copied(receiver, person.token_id)
    opening = receiver.opening()
    both = sorted([ALPHA.id, BETA.id])
    assert [row.member for row in receiver.search.best(opening)] == both
    receiver.proposals.propose(opening, BETA.id, person.token_id, not_after=receiver.now + 60)
    (row,) = receiver.search.best(opening)
    assert (row.member, row.token_id) == (ALPHA.id, person.token_id)
    proposal = receiver.proposals.propose(
        opening, ALPHA.id, person.token_id, not_after=receiver.now + 60
    )
    assert receiver.row(proposal).member == ALPHA.id


def copied(receiver: Receiver, token_id: TokenId) -> None:
    """Let beta publish a token of its own under the id of one of alpha's."""
    origin = BETA.descriptor("0" * 64).origin
    with receiver.db.begin() as tx:
        trees.start(tx, origin, BETA.id)
        leaf = leaves.publish(token_id, "0d" * 32, DAY, 1)
        index = trees.append(tx, origin, [leaf.canonical()])
        tx.add(
            PeerToken.new(
                id=token_id,
                member=BETA.id,
                idx=index,
                level=Level.E1,
                mode="sandbox",
                not_after=NOW + 90 * DAY_S,
                taken_at=receiver.now,
                values=VALUES.canonical(),
            )
        )
    receiver.lease(of=BETA)


def test_unknown_opening_is_refused(receiver: Receiver) -> None:
    with pytest.raises(NoSuchRecordError):
        receiver.search.best("0" * 32)
