"""Create the tables of node.storage.tables.peer_token."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "peer_token",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.String(length=2), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("values", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", "member"),
    )
    op.create_index(op.f("ix_peer_token_member"), "peer_token", ["member"], unique=False)
    op.create_index(op.f("ix_peer_token_not_after"), "peer_token", ["not_after"], unique=False)
    op.create_table(
        "peer_token_end",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("ended_on", sa.String(length=10), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", "member"),
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("peer_token_end")
    op.drop_table("peer_token")
