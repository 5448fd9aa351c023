"""Keep which letters invited past applicants, to which opening."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "reinvitation",
        sa.Column("letter_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("application_id", sa.String(length=32), nullable=False),
        sa.Column("opening_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"]),
        sa.PrimaryKeyConstraint("letter_id"),
    )
    for column in ("opening_id", "person_id"):
        op.create_index(op.f(f"ix_reinvitation_{column}"), "reinvitation", [column], unique=False)


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("reinvitation")
