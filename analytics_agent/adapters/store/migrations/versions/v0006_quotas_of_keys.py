"""When a key was last used, what it may ask, and schedules as a scope of their own."""

import sqlalchemy as sa
from alembic import op

revision = "v0006"
down_revision = "v0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("quota", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("api_keys", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_audit_run_id", "audit", ["run_id"], unique=False)
    # Whoever could ask could make schedules too: keys that are there keep that.
    op.execute(
        """UPDATE api_keys SET scopes = (scopes::jsonb || '["schedule"]'::jsonb)::json
        WHERE scopes::jsonb @> '["ask"]' AND NOT scopes::jsonb @> '["schedule"]' AND NOT scopes::jsonb @> '["admin"]'"""
    )


def downgrade() -> None:
    op.execute("UPDATE api_keys SET scopes = (scopes::jsonb - 'schedule' - 'read')::json")
    op.drop_index("ix_audit_run_id", table_name="audit")
    op.drop_column("api_keys", "last_used_at")
    op.drop_column("api_keys", "quota")
