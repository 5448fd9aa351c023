"""Keep that somebody complained of a letter."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("letter", sa.Column("complained_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Go one step back."""
    op.drop_column("letter", "complained_at")
