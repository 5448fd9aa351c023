"""Named queries on acts of placement: an operator's choice of whom to recommend."""

from sqlmodel import col, select

from node.storage.database import Tx
from node.storage.tables.dispatch import PlacementAct
from node.storage.tables.operator import Operator


def acts(tx: Tx) -> list[tuple[PlacementAct, str | None]]:
    """Return every act, the first one first, with the mail address of who made it."""
    query = (
        select(PlacementAct, Operator.email)
        .outerjoin(Operator, col(Operator.id) == col(PlacementAct.operator_id))
        .order_by(col(PlacementAct.made_at), col(PlacementAct.id))
    )
    return list(tx.exec(query).all())
