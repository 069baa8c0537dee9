"""Profiles of tables, who reads a catalog again and when it was last looked at, and whether a database is profiled."""

import sqlalchemy as sa
from alembic import op

revision = "v0007"
down_revision = "v0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("databases", sa.Column("profiled", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "catalog_readings",
        sa.Column("database", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("database", name=op.f("pk_catalog_readings")),
    )
    op.create_table(
        "profiles",
        sa.Column("database", sa.Text(), nullable=False),
        sa.Column("schema", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_of", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("database", "schema", "name", name=op.f("pk_profiles")),
    )
    op.execute("INSERT INTO catalog_readings (database, checked_at) SELECT database, read_at FROM catalogs")


def downgrade() -> None:
    op.drop_table("profiles")
    op.drop_table("catalog_readings")
    op.drop_column("databases", "profiled")
