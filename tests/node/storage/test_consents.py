from node.storage import consents
from node.storage.database import Database
from protocol.identifiers import new_id
from protocol.token_life import State
from tests.node.storage.rows import BETA, GAMMA, NOW, Rows


def test_one_consent_stands_and_the_newest_is_known(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person = rows.person()
        assert consents.given(tx, person) is None
        assert consents.newest(tx, person) is None
        old = rows.consent(person, idx=3, state="replaced", given_at=NOW - 5)
        new = rows.consent(person, idx=7)
        later = rows.consent(rows.person(), idx=5)
        assert consents.given(tx, person) is new
        new.state = "withdrawn"
        tx.flush()
        assert consents.given(tx, person) is None
        assert consents.newest(tx, person) is new
        assert consents.get(tx, old.id) is old
        assert consents.get(tx, new_id()) is None
        assert [row.idx for row in consents.all_consents(tx)] == [3, 5, 7]
        assert consents.expired(tx, now=later.not_after - 1) == []
        assert consents.expired(tx, now=later.not_after) == [later]


def test_two_consents_of_one_second_go_by_the_log(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        person = rows.person()
        new = rows.consent(person, idx=9)
        rows.consent(person, idx=8, state="replaced")
        assert consents.newest(tx, person) is new


def test_tokens_by_state_place_and_receiver(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        consent = rows.consent(rows.person())
        waiting = rows.token(consent, state="queued")
        decoy = rows.token(consent, state="decoy", idx=4, decoy=True, receiver=GAMMA)
        live = rows.token(consent, idx=6)
        early = rows.token(consent, idx=2)
        assert consents.token(tx, live.id) is live
        assert consents.token(tx, new_id()) is None
        assert consents.queued(tx) == [waiting]
        assert consents.published(tx) == [early, decoy, live]
        assert consents.live_in(tx, BETA, 2, 7) == [early, live]
        assert consents.live_in(tx, BETA, 3, 6) == []
        assert consents.live_in(tx, GAMMA, 0, 9) == []
        found = consents.tokens_of(tx, consent.id, State.DECOY, State.QUEUED)
        assert found == [waiting, decoy]
        assert consents.tokens_of(tx, consent.id) == []
        assert consents.live(tx, live.id) is live
        assert consents.live(tx, decoy.id) is None


def test_deliveries_until_they_are_claimed_and_when_they_end(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        consent = rows.consent(rows.person())
        late, soon, ended = (rows.token(consent, idx=at) for at in (1, 2, 3))
        cells = [
            rows.delivery(late, delivered_at=NOW + 5),
            rows.delivery(soon, delivered_at=NOW),
            rows.delivery(ended, delivered_at=NOW),
        ]
        older = rows.token(consent, ended_at=NOW - 1, state="withdrawn")
        rows.delivery(older)
        ended.state, ended.ended_at = "withdrawn", NOW
        tx.flush()
        ready = consents.uncounted(tx, before=NOW + 5)
        assert [token.id for token in ready] == [soon.id, late.id]
        assert consents.uncounted(tx, before=NOW - 1) == []
        assert [token.id for token, _ in consents.matrix(tx)] == [ended.id, older.id]
        assert consents.delivery(tx, late.id) is cells[0]
        assert consents.delivery(tx, new_id()) is None
        assert len(consents.deliveries(tx)) == 4


def test_a_request_for_bodies_is_kept_as_it_came_first(database: Database) -> None:
    with database.begin() as tx:
        consents.keep_fetch(tx, b"digest", BETA, b"first")
        tx.flush()
        consents.keep_fetch(tx, b"digest", BETA, b"second")
    with database.read() as tx:
        assert consents.fetch_request(tx, b"digest") == b"first"
        assert consents.fetch_request(tx, b"none") is None


def test_a_queued_token_follows_its_consent(database: Database) -> None:
    with database.begin() as tx:
        consent = Rows(tx).consent(Rows(tx).person())
        consents.queue(tx, consent, GAMMA)
    with database.read() as tx:
        (token,) = consents.queued(tx)
        assert (token.consent_id, token.person_id) == (consent.id, consent.person_id)
        assert (token.receiver, token.level, token.not_after) == (
            GAMMA,
            consent.level,
            consent.not_after,
        )
