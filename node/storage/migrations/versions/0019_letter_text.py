"""Keep a company's own texts of letters in versions, and the letters that came back."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "letter_text",
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("operator_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place", "job_id", "language", "number"),
    )
    op.create_table(
        "bounce",
        sa.Column("letter_id", sa.String(length=32), nullable=False),
        sa.Column("is_hard", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("came_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"]),
        sa.PrimaryKeyConstraint("letter_id"),
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("bounce")
    op.drop_table("letter_text")
