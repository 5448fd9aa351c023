"""Keep how each polled system stands, and what was last seen of its rows."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "source_state",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("cursor", sa.String(), nullable=False),
        sa.Column("walk", sa.BigInteger(), nullable=False),
        sa.Column("is_listing", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.BigInteger(), nullable=True),
        sa.Column("polled", sa.BigInteger(), nullable=True),
        sa.Column("succeeded", sa.BigInteger(), nullable=True),
        sa.Column("next_try", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("fault", sa.String(length=16), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "source_row",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("remote", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("walk", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "remote"),
    )
    op.create_table(
        "source_hint",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("remote", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("source", "remote"),
    )
    op.create_table(
        "seen_hook",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("came", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "digest"),
    )
    op.create_index(op.f("ix_seen_hook_came"), "seen_hook", ["came"], unique=False)


def downgrade() -> None:
    """Go one step back."""
    for table in ("seen_hook", "source_hint", "source_row", "source_state"):
        op.drop_table(table)
