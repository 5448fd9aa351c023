"""Keep that an operator confirmed how many vanished at a source."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.add_column(
        "source_state",
        sa.Column("is_believed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_column("source_state", "is_believed")
