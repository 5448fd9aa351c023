"""Create the tables of node.storage.tables.application."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("encoding", sa.String(length=16), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), nullable=False),
        sa.Column("suppressed", sa.BigInteger(), nullable=False),
        sa.Column("errors", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "interviewer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("occupation", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("title"),
    )
    op.create_table(
        "application",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("remote", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("route", sa.String(length=32), nullable=False),
        sa.Column("medium", sa.String(length=200), nullable=True),
        sa.Column("applied_on", sa.String(length=10), nullable=False),
        sa.Column("furthest", sa.String(length=16), nullable=False),
        sa.Column("ended_by", sa.String(length=16), nullable=True),
        sa.Column("ended_kind", sa.String(length=24), nullable=True),
        sa.Column("ended_on", sa.String(length=10), nullable=True),
        sa.Column("hired", sa.Boolean(), nullable=False),
        sa.Column("age_band", sa.String(length=16), nullable=False),
        sa.Column("cost_yen", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["job.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("remote"),
    )
    op.create_index(op.f("ix_application_batch_id"), "application", ["batch_id"], unique=False)
    op.create_index(op.f("ix_application_ended_by"), "application", ["ended_by"], unique=False)
    op.create_index(op.f("ix_application_job_id"), "application", ["job_id"], unique=False)
    op.create_index(op.f("ix_application_person_id"), "application", ["person_id"], unique=False)
    op.create_table(
        "stage_event",
        sa.Column("application_id", sa.String(length=32), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("held_on", sa.String(length=10), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("rating", sa.BigInteger(), nullable=True),
        sa.Column("scale", sa.String(length=16), nullable=True),
        sa.Column("interviewer_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
        ),
        sa.ForeignKeyConstraint(
            ["interviewer_id"],
            ["interviewer.id"],
        ),
        sa.PrimaryKeyConstraint("application_id", "stage"),
    )
    op.create_index(
        op.f("ix_stage_event_interviewer_id"), "stage_event", ["interviewer_id"], unique=False
    )


def downgrade() -> None:
    """Go one step back."""
    op.drop_table("stage_event")
    op.drop_table("application")
    op.drop_table("job")
    op.drop_table("interviewer")
    op.drop_table("batch")
