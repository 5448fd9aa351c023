"""Keep what operators said of people who may be one."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "not_same",
        sa.Column("one", sa.String(length=32), nullable=False),
        sa.Column("other", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one", "other"),
    )
    op.create_index(op.f("ix_not_same_step"), "not_same", ["step"], unique=False)
    op.create_table(
        "merge",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("keeper", sa.String(length=32), nullable=False),
        sa.Column("gone", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_merge_step"), "merge", ["step"], unique=False)
    op.create_table(
        "merge_part",
        sa.Column("merge_id", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["merge.id"]),
        sa.PrimaryKeyConstraint("merge_id", "ref"),
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("merge_part")
    op.drop_table("merge")
    op.drop_table("not_same")
