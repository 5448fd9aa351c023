"""Keep static links and who asked through them; when a link was first opened."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "static_link",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "link_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["static_link.code"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_link_request_digest"), "link_request", ["digest"], unique=False)
    op.create_index(op.f("ix_link_request_asked_at"), "link_request", ["asked_at"], unique=False)
    op.add_column("letter", sa.Column("opened_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Go one step back."""
    op.drop_column("letter", "opened_at")
    op.drop_table("link_request")
    op.drop_table("static_link")
