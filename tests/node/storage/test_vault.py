import pytest

from crypto.errors import BadCiphertextError
from node.storage.database import Database
from node.storage.tables.person import Person
from node.storage.vault import ErasedError
from tests.node.storage.rows import DAY, made_vault


def test_what_is_sealed_opens_for_its_person_and_place_alone(database: Database) -> None:
    vault = made_vault()
    with database.begin() as tx:
        one, other = vault.new_person(tx, DAY), vault.new_person(tx, DAY)
        sealed = vault.seal(tx, one, "identity", b"name")
        assert b"name" not in sealed
        assert vault.open(tx, one, "identity", sealed) == b"name"
        for person, place in ((other, "identity"), (one, "body/1")):
            with pytest.raises(BadCiphertextError):
                vault.open(tx, person, place, sealed)


def test_a_destroyed_key_opens_nothing(database: Database) -> None:
    vault = made_vault()
    with database.begin() as tx:
        person = vault.new_person(tx, DAY)
        sealed = vault.seal(tx, person, "identity", b"name")
        tx.get_one(Person, person).profile_key = None
    with database.read() as tx:
        with pytest.raises(ErasedError):
            vault.open(tx, person, "identity", sealed)
        with pytest.raises(ErasedError):
            vault.seal(tx, "nobody", "identity", b"name")


def test_another_master_key_opens_nothing(database: Database) -> None:
    vault, other = made_vault(), made_vault()
    with database.begin() as tx:
        person = vault.new_person(tx, DAY)
        sealed = vault.seal(tx, person, "identity", b"name")
        with pytest.raises(BadCiphertextError):
            other.open(tx, person, "identity", sealed)
    own = vault.seal_own("interviewer/1", b"name")
    assert vault.open_own("interviewer/1", own) == b"name"
    with pytest.raises(BadCiphertextError):
        vault.open_own("interviewer/2", own)


def test_a_blind_index_depends_on_key_kind_and_value() -> None:
    vault = made_vault()
    mail = vault.blind("mail", "a@example.jp")
    assert mail == vault.blind("mail", "a@example.jp")
    assert mail != vault.blind("phone", "a@example.jp")
    assert mail != vault.blind("mail", "b@example.jp")
    assert mail != made_vault().blind("mail", "a@example.jp")


def test_the_vault_shows_no_key() -> None:
    assert repr(made_vault()) == "Vault()"
