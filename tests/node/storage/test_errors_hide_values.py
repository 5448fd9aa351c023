import pytest
from sqlalchemy.exc import IntegrityError

from node.storage.database import Database
from node.storage.tables.person import Tag

NAME = "架空 花子"


def test_an_error_of_the_database_quotes_no_value(database: Database) -> None:
    with database.begin() as tx:
        tx.add(Tag.new(person_id="0" * 32, family=NAME, value=NAME))
        with pytest.raises(IntegrityError) as caught:
            tx.flush()
        tx.rollback()
    assert NAME not in str(caught.value)
