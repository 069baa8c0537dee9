"""Lines of inquiry, every call of a model in the ledger, reservations, turns in batches, pauses, and what a model sees of a database."""

import sqlalchemy as sa
from alembic import op

revision = "v0003"
down_revision = "v0002"
branch_labels = None
depends_on = None

_KEYS = {
    "turns": ["run_id", "step", "line", "number"],
    "tool_results": ["run_id", "step", "line", "turn", "call_id"],
    "usage_ledger": ["run_id", "step", "line", "turn", "attempt"],
}


def upgrade() -> None:
    for table in _KEYS:
        op.add_column(table, sa.Column("line", sa.Text(), server_default="", nullable=False))
    op.add_column("usage_ledger", sa.Column("attempt", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("usage_ledger", sa.Column("kind", sa.Text(), server_default="turn", nullable=False))
    op.add_column("usage_ledger", sa.Column("workflow", sa.Text(), server_default="asked", nullable=False))
    op.add_column("usage_ledger", sa.Column("cache_write_1h_tokens", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("runs", sa.Column("openings", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("usage_ledger", sa.Column("prices", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("usage_ledger", sa.Column("request_id", sa.Text(), nullable=True))
    for table, columns in _KEYS.items():
        op.drop_constraint(op.f(f"pk_{table}"), table, type_="primary")
        op.create_primary_key(op.f(f"pk_{table}"), table, columns)
    op.add_column("databases", sa.Column("model_sees", sa.Text(), server_default="full", nullable=False))
    op.create_table(
        "reservations",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("usd", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_reservations_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "key", name=op.f("pk_reservations")),
    )
    op.create_index("ix_reservations_owner", "reservations", ["owner"], unique=False)
    op.create_table(
        "waiting_turns",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("record", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_waiting_turns_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_turns")),
    )
    op.create_index("ix_waiting_turns_run_id", "waiting_turns", ["run_id"], unique=False)
    op.create_table(
        "model_pauses",
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("model", name=op.f("pk_model_pauses")),
    )


def downgrade() -> None:
    for table in ("model_pauses", "waiting_turns", "reservations"):
        op.drop_table(table)
    op.drop_column("databases", "model_sees")
    op.execute("DELETE FROM usage_ledger WHERE line <> '' OR attempt <> 1")
    for table in ("turns", "tool_results"):
        op.execute(f"DELETE FROM {table} WHERE line <> ''")
    for table, columns in _KEYS.items():
        op.drop_constraint(op.f(f"pk_{table}"), table, type_="primary")
        op.create_primary_key(op.f(f"pk_{table}"), table, [column for column in columns if column not in ("line", "attempt")])
    op.drop_column("runs", "openings")
    for column in ("attempt", "kind", "workflow", "cache_write_1h_tokens", "prices", "request_id"):
        op.drop_column("usage_ledger", column)
    for table in _KEYS:
        op.drop_column(table, "line")
