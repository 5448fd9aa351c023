from node.storage import bodies
from node.storage.database import Database
from protocol.body import Opening
from protocol.identifiers import new_id
from tests.node.storage.rows import BETA, DAY, GAMMA, made_vault

OPENING = Opening.make({"to": BETA}, {"region": "chubu"})
COMMITMENT = OPENING.commitment()


def test_a_body_comes_back_whole_until_it_is_erased(database: Database) -> None:
    one, other = new_id(), new_id()
    with database.begin() as tx:
        bodies.put(tx, one, BETA, OPENING)
        bodies.put(tx, other, BETA, OPENING)
    with database.begin() as tx:
        assert bodies.whole(tx, BETA, one) == OPENING
        bodies.erase(tx, BETA, [one])
    with database.read() as tx:
        left = bodies.whole(tx, BETA, one)
        assert left == OPENING.erased()
        assert left is not None
        assert left.is_erased
        assert left.commitment() == COMMITMENT
        assert bodies.evidence(tx, BETA, one) == OPENING.erased()
        assert bodies.whole(tx, BETA, other) == OPENING
        assert bodies.held(tx, BETA, [one, other, new_id()]) == {one, other}


def test_a_body_that_is_not_held_is_none(database: Database) -> None:
    with database.read() as tx:
        assert bodies.whole(tx, BETA, new_id()) is None
        assert bodies.evidence(tx, BETA, new_id()) is None
        assert bodies.values(tx, made_vault(), BETA, new_id()) is None


def test_a_persons_body_opens_only_by_the_vault(database: Database) -> None:
    vault, one, plain = made_vault(), new_id(), new_id()
    with database.begin() as tx:
        person = vault.new_person(tx, DAY)
        bodies.put_personal(tx, vault, person, one, BETA, OPENING)
        bodies.put(tx, plain, BETA, OPENING)
    with database.begin() as tx:
        assert bodies.whole(tx, BETA, one) is None
        assert bodies.evidence(tx, BETA, one) == OPENING.erased()
        assert bodies.values(tx, vault, BETA, one) == b'{"region":"chubu"}'
        assert bodies.values(tx, vault, BETA, plain) is None
        bodies.erase(tx, BETA, [one])
    with database.read() as tx:
        assert bodies.values(tx, vault, BETA, one) is None


def test_an_id_that_another_log_copied_touches_nothing_here(database: Database) -> None:
    one = new_id()
    theirs = Opening.make({"to": GAMMA}, {"region": "kanto"})
    with database.begin() as tx:
        bodies.put(tx, one, BETA, OPENING)
        bodies.put(tx, one, GAMMA, theirs)
    with database.begin() as tx:
        bodies.erase(tx, GAMMA, [one])
    with database.read() as tx:
        assert bodies.whole(tx, BETA, one) == OPENING
        assert bodies.whole(tx, GAMMA, one) == theirs.erased()
