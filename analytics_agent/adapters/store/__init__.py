"""ports.Store on PostgreSQL. `postgres_store` puts it together: open it first. Each file holds the methods of one group of tables; `engine`
connects, `migrate` and `migrations/` make the tables, `tenants` makes a schema of its own for each tenant.
"""
