"""ports.Store on PostgreSQL. `postgres_store` puts it together; each file holds the methods of one group of tables."""
