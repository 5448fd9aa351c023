"""Create the tables of node.storage.tables.opening."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "opening",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("requirement", sa.LargeBinary(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=400), nullable=False),
        sa.Column("retention_days", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "introduction",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("opening_id", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("keep_until", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("marked_at", sa.BigInteger(), nullable=True),
        sa.Column("report", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opening_id"],
            ["opening.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("opening_id", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("token_id", sa.String(length=32), nullable=False),
        sa.Column("reasons", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=False),
        sa.Column("hold_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("accept", sa.LargeBinary(), nullable=True),
        sa.Column("acceptance", sa.LargeBinary(), nullable=True),
        sa.Column("spend_id", sa.String(length=32), nullable=True),
        sa.Column("fetch_id", sa.String(length=32), nullable=True),
        sa.Column("fetch_exp", sa.BigInteger(), nullable=True),
        sa.Column("fetch_key", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["opening_id"],
            ["opening.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_proposal_member"), "proposal", ["member"], unique=False)
    op.create_index(op.f("ix_proposal_opening_id"), "proposal", ["opening_id"], unique=False)
    op.create_index(op.f("ix_proposal_state"), "proposal", ["state"], unique=False)
    op.create_index(op.f("ix_proposal_token_id"), "proposal", ["token_id"], unique=False)


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("proposal")
    op.drop_table("introduction")
    op.drop_table("opening")
