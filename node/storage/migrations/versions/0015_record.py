"""Keep what a source said of each application, and imports that are staged and undone."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.add_column(
        "application",
        sa.Column("source", sa.String(length=32), nullable=False, server_default="csv"),
    )
    op.add_column("application", sa.Column("reason", sa.String(length=24), nullable=True))
    op.add_column(
        "application",
        sa.Column("may_mail", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.create_table(
        "application_record",
        sa.Column("application_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"]),
        sa.PrimaryKeyConstraint("application_id"),
    )
    op.create_table(
        "change",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("application_id", sa.String(length=32), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.PrimaryKeyConstraint("batch_id", "application_id"),
    )
    for column in (
        sa.Column("state", sa.String(length=16), nullable=False, server_default="done"),
        sa.Column("format", sa.String(length=8), nullable=False, server_default="csv"),
        sa.Column("sheet", sa.String(length=200), nullable=True),
        sa.Column("header", sa.String(), nullable=False, server_default="[]"),
        sa.Column("mapping", sa.String(), nullable=False, server_default="{}"),
        sa.Column("dropped", sa.String(), nullable=False, server_default="{}"),
        sa.Column("chunks", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("lines", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("done", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("warnings", sa.String(), nullable=False, server_default="[]"),
    ):
        op.add_column("batch", column)
    op.create_index(op.f("ix_batch_state"), "batch", ["state"], unique=False)
    op.create_table(
        "row_fault",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"]),
        sa.PrimaryKeyConstraint("batch_id", "line"),
    )
    op.create_index(op.f("ix_change_application_id"), "change", ["application_id"], unique=False)


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("change")
    op.drop_table("row_fault")
    op.drop_index(op.f("ix_batch_state"), table_name="batch")
    for column in (
        "warnings",
        "done",
        "lines",
        "chunks",
        "dropped",
        "mapping",
        "header",
        "sheet",
        "format",
        "state",
    ):
        op.drop_column("batch", column)
    op.drop_table("application_record")
    op.drop_column("application", "may_mail")
    op.drop_column("application", "reason")
    op.drop_column("application", "source")
