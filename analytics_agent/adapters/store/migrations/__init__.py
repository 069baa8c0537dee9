"""Alembic's migrations of the application store. `adapters/store/migrate.py` runs them; CONTRIBUTING says how to add one."""
