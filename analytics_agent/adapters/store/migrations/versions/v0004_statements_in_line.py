"""Statements in line at their database, how many of one may run at once, and what one may be expected to take."""

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("databases", sa.Column("at_once", sa.BigInteger(), nullable=True))
    op.add_column("databases", sa.Column("rows_limit", sa.BigInteger(), nullable=True))
    op.add_column("databases", sa.Column("over_limit", sa.Text(), nullable=True))
    op.create_table(
        "statements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("database", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
    )
    op.create_index("ix_statements_database", "statements", ["database"], unique=False)


def downgrade() -> None:
    op.drop_table("statements")
    op.drop_column("databases", "over_limit")
    op.drop_column("databases", "rows_limit")
    op.drop_column("databases", "at_once")
