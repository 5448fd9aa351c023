from node.domain.letter_life import State
from node.storage import erasure
from node.storage.database import Database
from tests.node.storage.rows import Rows


def test_result_that_holds_no_more_is_forgotten_unless_somebody_may_have_it(
    database: Database,
) -> None:
    with database.begin() as tx:
        rows = Rows(tx)

        def letter(state: State, ended_by: str | None) -> str:
            about = rows.application(rows.person(), ended_by=ended_by)
            return rows.letter(about.person_id, application_id=about.id, state=str(state)).id

        rejected = {letter(state, "org") for state in State}
        again = {state: letter(state, None) for state in State}
        forgotten = {one.id for one in erasure.reopened(tx)}
        assert forgotten.isdisjoint(rejected)
        kept = {state for state, one in again.items() if one not in forgotten}
        assert kept == {State.SENDING, State.SENT}
