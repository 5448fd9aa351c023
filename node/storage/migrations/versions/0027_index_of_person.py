"""Find the blind indexes of a person without a look at those of all others."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_index(op.f("ix_blind_index_person_id"), "blind_index", ["person_id"], unique=False)


def downgrade() -> None:
    """Go one step back."""
    op.drop_index(op.f("ix_blind_index_person_id"), table_name="blind_index")
