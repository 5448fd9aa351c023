from node.domain.recipients import Scope
from node.storage import people
from node.storage.database import Database
from node.storage.tables.person import Block, Person
from protocol.anonymity import GateRow
from protocol.identifiers import new_id
from protocol.taxonomy import Region, StageBand, Years
from tests.node.storage.rows import DAY, Rows

BEFORE, AFTER = "2096-10-01", "2096-10-03"


def test_the_gate_sees_whom_the_company_rejected_once_and_while_kept(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        rejected, hired, over = (rows.person() for _ in range(3))
        values = {"occupation": "sales", "years": "5-9", "stage": "interview"}
        rows.profile(rejected, **values)
        rows.profile(hired)
        rows.profile(over, retained_until=BEFORE)
        for person, ended_by in (
            (rejected, "org"),
            (rejected, "org"),
            (hired, None),
            (over, "org"),
        ):
            rows.application(person, ended_by=ended_by)
        assert people.register(tx, today=DAY) == [
            GateRow(Region.CHUBU, "sales", Years.UP_TO_9, StageBand.INTERVIEW)
        ]
        assert len(people.registered(tx, today=BEFORE)) == 2
        assert people.registered(tx, today=AFTER) == []


def test_absent_values_stay_absent_at_the_gate(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person = rows.person()
        profile = rows.profile(person, region=None)
        assert people.gate_row(profile) == GateRow()
        assert people.profile(tx, person) is profile
        assert people.profile(tx, new_id()) is None


def test_an_identity_is_replaced(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person, erased = rows.person(), rows.person()
        assert people.identities(tx, [person]) == []
        for one in (person, erased):
            people.put_identity(tx, one, b"first")
        people.put_identity(tx, person, b"second")
        tx.get_one(Person, erased).profile_key = None
    with database.read() as tx:
        ((found, key, sealed),) = people.identities(tx, [person, erased])
        assert (found, sealed) == (person, b"second")
        assert rows.vault.profile_key(person, key)


def test_a_nullifier_is_made_once(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person, other = rows.person(), rows.person()
        assert people.nullifier(tx, person, b"fresh") == b"fresh"
        assert people.nullifier(tx, person, b"later") == b"fresh"
        assert people.nullifiers(tx) == [(b"fresh", person)]
        assert people.nullifier(tx, other, b"other") == b"other"


def test_people_are_found_by_their_blind_indexes(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        one, other = rows.person(), rows.person()
        for kind, digest in (("mail", b"m1"), ("mail", b"m2"), ("phone", b"p")):
            rows.index(one, kind, digest)
        rows.index(other, "phone", b"p")
        assert sorted(people.indexes(tx, one)) == [b"m1", b"m2", b"p"]
        assert people.by_index(tx, [b"m1", b"m2"]) == [one]
        assert set(people.by_index(tx, [b"p"])) == {one, other}
        assert people.by_index(tx, [b"none"]) == []


def test_who_is_suppressed_is_known_by_index_alone(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        one = rows.person()
        rows.index(one, "mail", b"m")
        rows.index(one, "phone", b"p")
        assert not people.is_suppressed(tx, [b"m"], Scope.ASK)
        people.suppress(tx, one, scope=Scope.ASK, day=DAY)
        assert people.is_suppressed(tx, [b"x", b"p"], Scope.ASK)
        assert not people.is_suppressed(tx, [b"x"], Scope.ASK)
        assert not people.is_suppressed(tx, [b"p"], Scope.ADDRESS)
        people.give_up(tx, b"m", day=DAY)
        people.give_up(tx, b"m", day=AFTER)
        assert people.bounced(tx, [b"m", b"p", b"x"]) == {b"m": AFTER}
        assert people.is_suppressed(tx, [b"m"], Scope.ADDRESS)
        assert not people.is_suppressed(tx, [b"p"], Scope.ADDRESS)
        assert not people.is_suppressed_before(tx, [b"m"], day=DAY)
        assert people.is_suppressed_before(tx, [b"m"], day=AFTER)


def test_never_is_undone_while_it_is_young_and_erased_never(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        one, erased = rows.person(), rows.person()
        rows.index(one, "mail", b"m")
        rows.index(erased, "mail", b"e")
        people.suppress(tx, one, scope=Scope.ASK, day=DAY)
        people.suppress(tx, erased, scope=Scope.ERASED, day=DAY)
        assert not people.unsuppress_since(tx, one, day=AFTER)
        assert people.unsuppress_since(tx, one, day=DAY)
        assert not people.unsuppress_since(tx, one, day=DAY)
        assert not people.is_suppressed(tx, [b"m"], Scope.ASK)
        assert not people.unsuppress_since(tx, erased, day=BEFORE)
        assert people.is_suppressed_before(tx, [b"e"], day=BEFORE)


def test_blocks_are_a_persons_own(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        one, other = rows.person(), rows.person()
        block = rows.add(Block.new(id=new_id(), person_id=one, sealed=b"sealed"))
        assert [row.id for row in people.blocks(tx, [one])] == [block.id]
        assert people.blocks(tx, [other]) == []
