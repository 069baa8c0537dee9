"""Versions of semantic models. What serves already is the first of each."""

import sqlalchemy as sa
from alembic import op

revision = "v0008"
down_revision = "v0007"
branch_labels = None
depends_on = None

_WHAT_SERVES = """
INSERT INTO model_versions (database, number, digest, text, set_at, set_by, source, note)
SELECT name, 1, encode(sha256(convert_to(semantic_model, 'UTF8')), 'hex'), semantic_model, now(), '', 'before', ''
FROM databases WHERE semantic_model <> ''
"""


def upgrade() -> None:
    op.create_table(
        "model_versions",
        sa.Column("database", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("database", "number", name=op.f("pk_model_versions")),
    )
    op.execute(_WHAT_SERVES)


def downgrade() -> None:
    op.drop_table("model_versions")
