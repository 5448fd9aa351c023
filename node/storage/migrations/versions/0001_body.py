"""Create the tables of node.storage.tables.body."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "body",
        sa.Column("leaf_id", sa.String(length=32), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("ev", sa.LargeBinary(), nullable=False),
        sa.Column("n_e", sa.LargeBinary(), nullable=False),
        sa.Column("pr", sa.LargeBinary(), nullable=True),
        sa.Column("n_p", sa.LargeBinary(), nullable=True),
        sa.Column("pr_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("leaf_id", "member"),
    )
    op.create_index(op.f("ix_body_member"), "body", ["member"], unique=False)
    op.create_index(op.f("ix_body_person_id"), "body", ["person_id"], unique=False)


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("body")
