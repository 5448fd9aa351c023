from node.storage import counts
from node.storage.database import Database
from tests.node.storage.rows import NOW, Rows


def test_rows_are_counted_by_noun_and_state(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person = rows.person()
        rows.application(person)
        rows.letter(person, state="sent")
        rows.letter(person, state="sent")
        token = rows.token(rows.consent(person))
        rows.delivery(token, state="not-delivered")
        rows.disclosure(token)
        opening = rows.opening()
        rows.proposal(opening)
        rows.introduction(opening, status="hired")
        rows.peer_token()
        assert counts.rows_by_state(tx) == {
            "letters_sent": 2,
            "consents_given": 1,
            "tokens_live": 1,
            "deliveries_not_delivered": 1,
            "requests_asked": 1,
            "proposals_proposed": 1,
            "introductions_hired": 1,
            "applications": 1,
            "peer_tokens": 1,
        }


def test_an_empty_node_has_its_totals(database: Database) -> None:
    with database.read() as tx:
        assert counts.rows_by_state(tx) == {"applications": 0, "peer_tokens": 0}
        assert counts.since(tx, 0) == counts.Lately(letters=0, consents=0, accepted=0)
        assert counts.rows_left_out(tx) == 0


def test_what_happened_since_a_moment(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person = rows.person()
        rows.letter(person, sent_at=NOW - 1)
        rows.letter(person, sent_at=NOW)
        token = rows.token(rows.consent(person))
        rows.disclosure(token, answered_at=NOW)  # a no
        rows.disclosure(token, answered_at=NOW, accept_id="a" * 32)
        rows.disclosure(token, answered_at=NOW - 1, accept_id="b" * 32)
        assert counts.since(tx, NOW) == counts.Lately(letters=1, consents=1, accepted=1)
        rows.batch(started=NOW - 1, errors=5)
        rows.batch(started=NOW, errors=2)
        assert counts.rows_left_out(tx) == 2
