"""Keep of each change which import had written the application before."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("change", sa.Column("previous", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Go one step back."""
    op.drop_column("change", "previous")
