"""PostgreSQL as a warehouse. `warehouse` is the entry."""
