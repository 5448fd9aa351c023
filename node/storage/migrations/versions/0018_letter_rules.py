"""Keep who was told elsewhere, groups of letters, and suppression by scope."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("application", sa.Column("told", sa.String(length=16), nullable=True))
    op.add_column(
        "application",
        sa.Column("was_open", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("application", sa.Column("future", sa.String(length=16), nullable=True))
    _dispatches()
    with op.batch_alter_table("letter") as letter:
        letter.add_column(sa.Column("dispatch_id", sa.String(length=32), nullable=True))
        letter.add_column(sa.Column("stopped_at", sa.BigInteger(), nullable=True))
        letter.create_foreign_key("letter_dispatch_id_fkey", "dispatch", ["dispatch_id"], ["id"])
        letter.create_index(op.f("ix_letter_dispatch_id"), ["dispatch_id"], unique=False)
    _suppressions("scope", ("digest", "scope"), "'ask'", "never")


def downgrade() -> None:
    """Go one step back."""
    _suppressions("reason", ("digest",), "'never'", "ask")
    with op.batch_alter_table("letter") as letter:
        letter.drop_index(op.f("ix_letter_dispatch_id"))
        letter.drop_constraint("letter_dispatch_id_fkey", type_="foreignkey")
        letter.drop_column("stopped_at")
        letter.drop_column("dispatch_id")
    for table in ("placement_act", "digest", "checked_medium", "automatic", "dispatch"):
        op.drop_table(table)
    for column in ("future", "was_open", "told"):
        op.drop_column("application", column)


def _dispatches() -> None:
    op.create_table(
        "dispatch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("operator_id", sa.BigInteger(), nullable=True),
        sa.Column("letters", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_dispatch_source"), "dispatch", ["source"], unique=False)
    op.create_table(
        "automatic",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("layout", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "checked_medium",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("operator_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "digest",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.Column("letters", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("day"),
        sa.UniqueConstraint("link"),
    )
    op.create_table(
        "placement_act",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("application_id", sa.String(length=32), nullable=False),
        sa.Column("operator_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("future", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        op.f("ix_placement_act_application_id"), "placement_act", ["application_id"], unique=False
    )


def _suppressions(column: str, key: tuple[str, ...], renamed: str, was: str) -> None:
    """Make the table anew under another key; one value gets another name."""
    old = "reason" if column == "scope" else "scope"
    op.rename_table("suppression", "old_suppression")
    op.create_table(
        "suppression",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column(column, sa.String(length=16), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=f"suppression_by_{column}"),
    )
    op.execute(
        f"INSERT INTO suppression (digest, {column}, day) "  # noqa: S608 - names of this file alone
        f"SELECT digest, CASE MIN({old}) WHEN '{was}' THEN {renamed} ELSE MIN({old}) END, MIN(day) "
        f"FROM old_suppression GROUP BY digest"
    )
    op.drop_table("old_suppression")
