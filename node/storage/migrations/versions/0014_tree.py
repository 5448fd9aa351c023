"""Create the tables of node.storage.tables.tree."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "entry",
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("idx", sa.BigInteger(), nullable=False),
        sa.Column("leaf_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("origin", "idx"),
    )
    op.create_index(op.f("ix_entry_leaf_id"), "entry", ["leaf_id"], unique=False)
    op.create_table(
        "head",
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("origin", "kind"),
    )
    op.create_table(
        "tile",
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("origin", "level", "n"),
    )
    op.create_table(
        "tree",
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("origin"),
    )
    op.create_index(op.f("ix_tree_member"), "tree", ["member"], unique=False)


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("tree")
    op.drop_table("tile")
    op.drop_table("head")
    op.drop_table("entry")
