"""Alembic's migrations of the application store. `adapters/store_migrations.py` runs them; CONTRIBUTING says how to add one."""
