"""Create the tables of node.storage.tables.peer."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "peer",
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("status", sa.LargeBinary(), nullable=True),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.Column("lease_size", sa.BigInteger(), nullable=False),
        sa.Column("reached_at", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("forked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("member"),
    )
    op.create_table(
        "wanted_body",
        sa.Column("leaf_id", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("leaf_id", "member"),
    )
    op.create_index(op.f("ix_wanted_body_member"), "wanted_body", ["member"], unique=False)


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("wanted_body")
    op.drop_table("peer")
