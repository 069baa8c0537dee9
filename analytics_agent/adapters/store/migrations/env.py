"""Run by Alembic. The connection, its transaction and the lock are `migrate`'s; there is no offline mode."""

from alembic import context

from analytics_agent.adapters.store import model_versions as store_model_versions  # noqa: F401  (their tables are in the metadata then)
from analytics_agent.adapters.store.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, compare_server_default=True)
with context.begin_transaction():
    context.run_migrations()
