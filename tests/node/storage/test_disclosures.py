from node.storage import disclosures, envelopes
from node.storage.database import Database
from node.storage.tables.envelope import Outgoing
from protocol.disclosure import State
from protocol.identifiers import new_id
from tests.node.storage.rows import BETA, NOW, Rows


def test_requests_by_token_and_state(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        token = rows.token(rows.consent(rows.person()))
        asked = rows.disclosure(token)
        held = rows.disclosure(token, state="held")
        states = [State.ASKED, State.HELD]
        both = sorted([asked, held], key=lambda row: row.id)
        assert disclosures.of_tokens(tx, [token.id], states) == both
        assert disclosures.of_tokens(tx, [token.id], [State.HELD]) == [held]
        assert disclosures.of_tokens(tx, [new_id()], states) == []
        assert disclosures.get(tx, asked.id) is asked
        assert disclosures.locked(tx, asked.id) is asked
        assert disclosures.locked(tx, new_id()) is None


def test_what_is_due_at_a_moment(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        token = rows.token(rows.consent(rows.person()))
        asked = rows.disclosure(token, not_after=NOW + 10)
        quiet = rows.disclosure(token, not_after=NOW + 20, silent_until=NOW + 5)
        held = rows.disclosure(token, state="held", release_at=NOW + 3)
        assert disclosures.unanswered(tx, now=NOW + 9) == []
        assert disclosures.unanswered(tx, now=NOW + 20) == [asked, quiet]
        assert disclosures.silent(tx, now=NOW + 4) == []
        assert disclosures.silent(tx, now=NOW + 5) == [quiet]
        assert disclosures.held_until(tx, now=NOW + 2) == []
        assert disclosures.held_until(tx, now=NOW + 3) == [held]


def test_what_was_told_is_fetched_or_forgotten(database: Database) -> None:
    with database.begin() as tx:
        rows = Rows(tx)
        token = rows.token(rows.consent(rows.person()))
        late = rows.disclosure(token, state="sent", not_after=NOW + 2)
        early = rows.disclosure(token, state="unopened", not_after=NOW + 1)
        open_fetch = rows.disclosure(token, state="sent", fetch=b"{}")
        rows.disclosure(token, state="given", fetch=b"{}")
        assert disclosures.unfetched(tx, asked_until=NOW + 9) == [early, late]
        assert disclosures.unfetched(tx, asked_until=NOW + 1) == [early]
        assert disclosures.fetched(tx) == [open_fetch.id]


def test_the_gives_of_a_request(database: Database) -> None:
    request = new_id()
    with database.begin() as tx:
        rows = Rows(tx)
        for kind, ref in (
            ("reveal.give", request),
            ("reveal.refuse", request),
            ("reveal.give", None),
        ):
            rows.add(
                Outgoing.new(
                    id=new_id(),
                    receiver=BETA,
                    kind=kind,
                    ref=ref,
                    document=b"doc",
                    at_size=1,
                    entry_id=new_id(),
                    state="waiting",
                )
            )
        (give,) = disclosures.gives(tx, request)
        row = envelopes.outgoing(tx, give)
        assert row is not None
        assert (row.kind, row.ref) == ("reveal.give", request)
